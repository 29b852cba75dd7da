import { audit } from '#lab/audit.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import type { Acknowledged } from './buyers.ts'
import { type LoadedShop, pause } from './open-services.ts'

const SETTLE_TIMEOUT_MS = 90_000
const POLL_MS = 100
const MAX_ATTEMPTS = 5
const SHOWN_PROBLEMS = 10
const SHOWN_LINES = 20
const LINE_WIDTH = 500

/** Pieces of each variant that were on hand before the first purchase. */
export type Stock = Map<string, number>

function tablesOf(services: LoadedShop, module: string): Sql {
  return services.shop.modules.get(module)!.relaxedSql
}

export async function countStock(services: LoadedShop): Promise<Stock> {
  const rows = await tablesOf(services, 'inventory')<{ variant_id: string; on_hand: number }[]>`
    select variant_id, on_hand from inventory.stock`
  return new Map(rows.map((row) => [row.variant_id, row.on_hand]))
}

/** Waits until all events are delivered and no workflow is running. Returns the time that it took, in milliseconds. */
export async function untilSettled(services: LoadedShop): Promise<number> {
  const began = performance.now()
  for (;;) {
    const backlog = (await services.shop.backlog()).filter((each) => each.waiting + each.parked > 0)
    const open = await tablesOf(services, 'orders')`
      select id, name, status, next_step, attempts, runner, wake_at from orders.pando_workflow
      where status in ('running', 'undoing')
        or (status = 'waiting' and state->'outcome'->>'status' is distinct from 'requires_action')`
    if (backlog.length === 0 && open.length === 0) return performance.now() - began
    if (performance.now() - began > SETTLE_TIMEOUT_MS)
      throw new Error(
        `The shop has not settled after ${SETTLE_TIMEOUT_MS / 1000} s: ${JSON.stringify({ backlog, open })}`,
      )
    await pause(POLL_MS)
  }
}

/** Compares the shop's data with each other (the audit), with the records of the provider, and with the answers to buyers. */
export async function findProblems(
  services: LoadedShop,
  { stock, acknowledged }: { stock: Stock; acknowledged: readonly Acknowledged[] },
): Promise<string[]> {
  const report = await audit(services.shop)
  return [
    ...report.problems,
    ...(await chargeProblems(services)),
    ...(await stockProblems(services, stock)),
    ...(await emailProblems(services)),
    ...(await availabilityProblems(services)),
    ...(await acknowledgedOrderProblems(services, acknowledged)),
  ]
}

/** Compares orders with the charges of the provider: each order is charged once, and nothing else is charged. */
async function chargeProblems(services: LoadedShop): Promise<string[]> {
  const problems: string[] = []
  const orders = await tablesOf(services, 'orders')<
    { id: string; intent_id: string; cart_id: string; status: string }[]
  >`select id, intent_id, cart_id, status from orders.placed_order`
  const byIntent = new Map(orders.map((order) => [order.intent_id, order]))
  const charges = await services.provider.charges()
  for (const { key, captured, refunded } of charges) {
    const status = byIntent.get(key)?.status
    const isOwed = status === 'confirmed' || status === 'fulfilled'
    if (captured - refunded > 0 && !isOwed)
      problems.push(
        `charge ${key}: ${captured - refunded} were not refunded for an order that is ${status ?? 'missing'}`,
      )
    if (captured - refunded === 0 && isOwed)
      problems.push(`charge ${key}: nothing is paid for a ${status} order`)
  }
  const known = new Set(charges.map(({ key }) => key))
  for (const { id, intent_id, status } of orders)
    if (status === 'confirmed' && !known.has(intent_id)) problems.push(`order ${id}: it was not charged`)
  const valid = orders.filter(({ status }) => status !== 'cancelled')
  for (const [cart, ordersOfCart] of Map.groupBy(valid, (order) => order.cart_id))
    if (ordersOfCart.length > 1) problems.push(`cart ${cart}: it was ordered ${ordersOfCart.length} times`)
  return problems
}

async function stockProblems(services: LoadedShop, before: Stock): Promise<string[]> {
  const sold = await tablesOf(services, 'inventory')<{ variant_id: string; quantity: number }[]>`
    select line."variantId" as variant_id, sum(line.quantity)::bigint as quantity
    from inventory.reservation, jsonb_to_recordset(lines) as line ("variantId" text, quantity int)
    where status = 'taken' group by 1`
  const pieces = new Map(sold.map((row) => [row.variant_id, row.quantity]))
  return [...(await countStock(services))].flatMap(([variantId, onHand]) => {
    const expected = before.get(variantId)! - (pieces.get(variantId) ?? 0)
    return onHand === expected
      ? []
      : [`stock: "${variantId}" has ${onHand} on hand, and should have ${expected}`]
  })
}

/** Every confirmed order has exactly one email of confirmation, and no other order has one. */
async function emailProblems(services: LoadedShop): Promise<string[]> {
  const orders = await tablesOf(services, 'orders')<{ id: string; confirmed: boolean }[]>`
    select id, history @> '[{"status": "confirmed"}]' as confirmed from orders.placed_order`
  const messages = await tablesOf(services, 'notifications')<{ about: string; kind: string }[]>`
    select about, kind from notifications.message`
  const byOrder = Map.groupBy(messages, (message) => message.about)
  return orders.flatMap(({ id, confirmed }) => {
    const kinds = (byOrder.get(id) ?? []).map(({ kind }) => kind)
    const confirmations = kinds.filter((kind) => kind === 'orderConfirmed').length
    const expected = confirmed ? 1 : 0
    return confirmations === expected
      ? []
      : [`email: confirmations of order ${id}: ${confirmations}, and should be ${expected}`]
  })
}

/** The availability in the catalog, which events update, is that of the stock. */
async function availabilityProblems(services: LoadedShop): Promise<string[]> {
  const problems: string[] = []
  const { items } = await services.calls.catalog.listProducts({ limit: 100 })
  const variants = items.flatMap((product) => product.variants)
  const { items: stock } = await services.calls.inventory.getAvailability({
    variantIds: variants.map(({ id }) => id),
  })
  const available = new Map(
    stock.map((each) => [each.variantId, each.backorder || each.available === null || each.available > 0]),
  )
  for (const { id, available: shown } of variants)
    if (shown !== (available.get(id) ?? false))
      problems.push(`catalog: "${id}" is shown as available: ${shown}`)
  return problems
}

/** Every acknowledged order exists, with the status that its buyer received last. */
async function acknowledgedOrderProblems(
  services: LoadedShop,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const buyer = new ApiClient(services.origin)
  const problems: string[] = []
  for (const { id, bearer, status } of acknowledged) {
    const answer = await getOrderWithRetries(buyer, id, bearer)
    const now = answer.status === 200 ? answer.body.status : `${answer.status}`
    if (now !== status && !(status === 'pending' && answer.status === 200))
      problems.push(`order ${id}: its buyer received "${status}", but now it is "${now}"`)
  }
  return problems
}

/** Retries, because the simulated faults continue and an answer may get lost. */
async function getOrderWithRetries(buyer: ApiClient, id: string, bearer: string) {
  for (let attempt = 1; ; attempt++) {
    const answer = await buyer.call('GET', `/orders/${id}`, undefined, { authorization: `Bearer ${bearer}` })
    if (answer.status < 500 || attempt === MAX_ATTEMPTS) return answer
  }
}

/** Throws when there are problems, with a line for each, and with the rows and log lines of the orders that they name. */
export async function expectAllWell(
  services: LoadedShop,
  all: { stock: Stock; acknowledged: readonly Acknowledged[]; surprises: readonly string[] },
  hint: string,
): Promise<void> {
  const found = await findProblems(services, all)
  const problems = [...found, ...all.surprises.map((surprise) => `a buyer: ${surprise}`)]
  if (problems.length === 0) return
  const lines = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `- ${problem}`)
  throw new Error(
    [`${hint}: problems: ${problems.length}`, ...lines, ...(await traces(services, problems))].join('\n'),
  )
}

/** The rows and the log lines about the orders and carts that the problems name. */
async function traces(services: LoadedShop, problems: readonly string[]): Promise<string[]> {
  const named = problems.flatMap((problem) => problem.match(/\b(?:ord|pay|crt)_[0-9a-z]+/g) ?? [])
  const orders = await tablesOf(services, 'orders')<{ id: string; intent_id: string; cart_id: string }[]>`
    select w.id, o.status, o.payment_status, o.intent_id, coalesce(o.cart_id, w.state->>'cartId') as cart_id, o.history,
      w.status as workflow, w.next_step, w.attempts, w.failure->>'code' as failure, w.started_at, w.ended_at
    from orders.pando_workflow w left join orders.placed_order o on o.id = w.id
    where w.id = any(${named}::text[]) or o.intent_id = any(${named}::text[]) or o.cart_id = any(${named}::text[])
      or w.state->>'cartId' = any(${named}::text[])
    order by w.started_at limit ${SHOWN_PROBLEMS}`
  const ids = orders.flatMap((order) => [order.id, order.intent_id, order.cart_id])
  const rows = [
    ...orders,
    ...(await tablesOf(services, 'inventory')`
      select id, status as reservation, created_at, changed_at from inventory.reservation where id = any(${ids}::text[])`),
    ...(await tablesOf(services, 'payments')`
      select id, status as intent, captured, refunded, created_at, updated_at from payments.intent
      where id = any(${ids}::text[])`),
    ...(await tablesOf(services, 'cart')`
      select id, status as cart, version, order_id, changed_at from cart.cart where id = any(${ids}::text[])`),
  ]
  const output = services.output().split('\n')
  const lines = output.filter((line) => ids.some((id) => id && line.includes(id))).slice(-SHOWN_LINES)
  return [...rows.map((row) => JSON.stringify(row)), ...lines].map((line) => `  ${line.slice(0, LINE_WIDTH)}`)
}
