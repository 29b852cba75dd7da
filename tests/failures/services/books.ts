import { audit } from '#lab/audit.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import type { Acknowledged } from './buyers.ts'
import { type LoadedShop, pause } from './running.ts'

const SETTLE_TIMEOUT_MS = 90_000
const POLL_MS = 100
const ASK_ATTEMPTS = 5
const SHOWN_PROBLEMS = 10
const SHOWN_LINES = 20
const LINE_WIDTH = 500

/** Pieces of each variant that were on hand before anybody bought. */
export type Stock = Map<string, number>

function tablesOf(services: LoadedShop, module: string): Sql {
  return services.shop.modules.get(module)!.relaxedSql
}

export async function countStock(services: LoadedShop): Promise<Stock> {
  const rows = await tablesOf(services, 'inventory')<{ variant_id: string; on_hand: number }[]>`
    select variant_id, on_hand from inventory.stock`
  return new Map(rows.map((row) => [row.variant_id, row.on_hand]))
}

/** Waits until no event is on its way and no workflow under way. Answers how long that took, in milliseconds. */
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
      throw new Error(`Not settled after ${SETTLE_TIMEOUT_MS / 1000} s: ${JSON.stringify({ backlog, open })}`)
    await pause(POLL_MS)
  }
}

/** Everything that is wrong, in words: by the audit, by the provider's own books, and by what buyers were told. */
export async function findProblems(
  services: LoadedShop,
  { stock, acknowledged }: { stock: Stock; acknowledged: readonly Acknowledged[] },
): Promise<string[]> {
  const report = await audit(services.shop)
  return [
    ...report.problems,
    ...(await chargeProblems(services)),
    ...(await stockProblems(services, stock)),
    ...(await mailProblems(services)),
    ...(await availabilityProblems(services)),
    ...(await promiseProblems(services, acknowledged)),
  ]
}

/** No order costs more than once, and nobody pays for nothing: by the books of the provider. */
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
        `charge ${key}: ${captured - refunded} are kept for an order that is ${status ?? 'missing'}`,
      )
    if (captured - refunded === 0 && isOwed)
      problems.push(`charge ${key}: nothing is paid for a ${status} order`)
  }
  const known = new Set(charges.map(({ key }) => key))
  for (const { id, intent_id, status } of orders)
    if (status === 'confirmed' && !known.has(intent_id)) problems.push(`order ${id}: nobody was charged`)
  const good = orders.filter(({ status }) => status !== 'cancelled')
  for (const [cart, several] of Map.groupBy(good, (order) => order.cart_id))
    if (several.length > 1) problems.push(`cart ${cart}: it was ordered ${several.length} times`)
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

/** Everybody who was to get a mail got one. The table refuses a second one, so the inbox is looked at too. */
async function mailProblems(services: LoadedShop): Promise<string[]> {
  const orders = await tablesOf(services, 'orders')<{ id: string; confirmed: boolean }[]>`
    select id, history @> '[{"status": "confirmed"}]' as confirmed from orders.placed_order`
  const mails = await tablesOf(services, 'notifications')<{ about: string; kind: string }[]>`
    select about, kind from notifications.message`
  const byOrder = Map.groupBy(mails, (mail) => mail.about)
  return orders.flatMap(({ id, confirmed }) => {
    const kinds = (byOrder.get(id) ?? []).map(({ kind }) => kind)
    const confirmations = kinds.filter((kind) => kind === 'orderConfirmed').length
    return confirmations === (confirmed ? 1 : 0)
      ? []
      : [`mail: order ${id} was confirmed ${confirmations} times by mail`]
  })
}

/** What the catalogue tells of the stock, by events, is what the stock is. */
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
  for (const { id, available: told } of variants)
    if (told !== (available.get(id) ?? false))
      problems.push(`catalog: "${id}" is told to be available: ${told}`)
  return problems
}

/** What buyers were told of is there, and as they were told. */
async function promiseProblems(
  services: LoadedShop,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const buyer = new ApiClient(services.origin)
  const problems: string[] = []
  for (const { id, bearer, status } of acknowledged) {
    const answer = await askPatiently(buyer, id, bearer)
    const now = answer.status === 200 ? answer.body.status : `${answer.status}`
    if (now !== status && !(status === 'pending' && answer.status === 200))
      problems.push(`order ${id}: its buyer was told "${status}", and now it is "${now}"`)
  }
  return problems
}

/** The faults that a shop was started with go on, so an answer may get lost. */
async function askPatiently(buyer: ApiClient, id: string, bearer: string) {
  for (let attempt = 1; ; attempt++) {
    const answer = await buyer.call('GET', `/orders/${id}`, undefined, { authorization: `Bearer ${bearer}` })
    if (answer.status < 500 || attempt === ASK_ATTEMPTS) return answer
  }
}

/** Throws with everything that is wrong, one a line, and with all that the shop knows of the orders that are in it. */
export async function expectAllWell(
  services: LoadedShop,
  all: { stock: Stock; acknowledged: readonly Acknowledged[]; surprises: readonly string[] },
  hint: string,
): Promise<void> {
  const found = await findProblems(services, all)
  const wrong = [...found, ...all.surprises.map((surprise) => `a buyer: ${surprise}`)]
  if (wrong.length === 0) return
  const lines = wrong.slice(0, SHOWN_PROBLEMS).map((problem) => `- ${problem}`)
  throw new Error(
    [`${hint}: ${wrong.length} problems`, ...lines, ...(await traces(services, wrong))].join('\n'),
  )
}

/** What the modules and the log say of the orders and carts that the problems name. */
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
  const said = services.output().split('\n')
  const lines = said.filter((line) => ids.some((id) => id && line.includes(id))).slice(-SHOWN_LINES)
  return [...rows.map((row) => JSON.stringify(row)), ...lines].map((line) => `  ${line.slice(0, LINE_WIDTH)}`)
}
