import { setTimeout as sleep } from 'node:timers/promises'
import type { cart } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { notifications } from '#modules/notifications/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'
import type { Shop } from '#runtime/process/shop-options.ts'

type AuditedModules = {
  cart: typeof cart
  inventory: typeof inventory
  notifications: typeof notifications
  orders: typeof orders
  payments: typeof payments
}

type AuditedOrder = OutputOf<typeof orders.methods.auditOrders>['orders'][number]
type AuditedIntent = OutputOf<typeof payments.methods.auditPayments>['intents'][number]
type Reservation = OutputOf<typeof inventory.methods.auditStock>['reservations'][number]

export interface AuditReport {
  /** In words, each with the ids that it is about; none when all is well. */
  problems: string[]
  counts: {
    orders: number
    payments: number
    reservations: number
    confirmations: number
    eventsWaiting: number
  }
}

const PAGE = 5000
const LOOKS = 4
const PAUSE_MS = 2000

/**
 * The same of a shop that sells meanwhile, which is never seen at one moment: the modules are read one after the other, and
 * each checkout is somewhere between two steps. What it finds is looked at again, and told when it is still about the
 * same order, payment, reservation or cart after some seconds.
 */
export async function auditRunning(
  shop: Pick<Shop, 'callsAs' | 'backlog'>,
  { looks = LOOKS, pauseMs = PAUSE_MS }: { looks?: number; pauseMs?: number } = {},
): Promise<AuditReport> {
  let report = await audit(shop)
  for (let look = 1; look < looks && report.problems.length > 0; look++) {
    await sleep(pauseMs)
    const before = new Set(report.problems.map(subjectOf))
    const now = await audit(shop)
    report = { ...now, problems: now.problems.filter((problem) => before.has(subjectOf(problem))) }
  }
  return report
}

/** What a problem is about: `order ord_1`. Of stock and events it is all that is told, as that is of no moment. */
function subjectOf(problem: string): string {
  const subject = problem.slice(0, problem.indexOf(': '))
  return subject.includes(' ') ? subject : problem
}

/**
 * Checks what must hold over all modules whatever happened: every order paid exactly once or not at all, stock conserved
 * to the unit, no reservation and no frozen cart without its order, one open cart a customer at most, every event consumed once.
 */
export async function audit(shop: Pick<Shop, 'callsAs' | 'backlog'>): Promise<AuditReport> {
  const calls = shop.callsAs<AuditedModules>(system('audit'))
  const backlog = await shop.backlog()
  const problems: string[] = []
  const allOrders = await readAll(
    (after) => calls.orders.auditOrders({ ...after, limit: PAGE }),
    (page) => page.orders,
    (order) => order.orderId,
  )
  const intents = await readAll(
    (after) => calls.payments.auditPayments({ ...after, limit: PAGE }),
    (page) => page.intents,
    (intent) => intent.id,
  )
  const reservations = await readAll(
    async (after) => {
      const page = await calls.inventory.auditStock({ ...after, limit: PAGE })
      problems.push(...page.problems.map((problem) => `stock: ${problem}`))
      return page
    },
    (page) => page.reservations,
    (reservation) => reservation.reservationId,
  )
  const carts = await readAll(
    async (after) => {
      const page = await calls.cart.auditCarts({ ...after, limit: PAGE })
      problems.push(...(page.problems ?? []))
      return page
    },
    (page) => page.carts,
    (each) => each.cartId,
  )
  const confirmations = await readAll(
    (after) => calls.notifications.auditMessages({ ...after, limit: PAGE }),
    (page) => page.confirmations,
    (each) => each.orderId,
  )

  for (const order of allOrders.values()) {
    problems.push(
      ...paymentProblems(order, intents.get(order.intentId)),
      ...stockProblems(order, reservations.get(order.orderId)),
    )
  }
  for (const intent of intents.values()) {
    if (!allOrders.has(intent.orderId))
      problems.push(`payment ${intent.id}: its order ${intent.orderId} does not exist`)
    else if (allOrders.get(intent.orderId)!.intentId !== intent.id)
      problems.push(`payment ${intent.id}: order ${intent.orderId} has another payment`)
  }
  for (const reservation of reservations.values()) {
    if (reservation.status !== 'released' && !allOrders.has(reservation.reservationId)) {
      problems.push(
        `reservation ${reservation.reservationId}: it is ${reservation.status}, but there is no such order`,
      )
    }
  }
  for (const { cartId, status, orderId } of carts.values()) {
    if (status === 'frozen' && (!orderId || allOrders.get(orderId)?.status !== 'pending')) {
      problems.push(`cart ${cartId}: it is frozen for order ${orderId}, which is not pending`)
    }
  }
  const eventsWaiting = backlog.reduce((sum, each) => sum + each.waiting, 0)
  for (const { module, parked } of backlog) {
    if (parked > 0)
      problems.push(`events: ${parked} of ${module} are parked, because their consumer refuses them`)
  }
  problems.push(...confirmationProblems(allOrders, confirmations, eventsWaiting))
  return {
    problems,
    counts: {
      orders: allOrders.size,
      payments: intents.size,
      reservations: reservations.size,
      confirmations: confirmations.size,
      eventsWaiting,
    },
  }
}

function paymentProblems(order: AuditedOrder, intent: AuditedIntent | undefined): string[] {
  const at = `order ${order.orderId}`
  if (!intent) {
    // An order is made before its payment: while payments are away it waits for that, or is cancelled without.
    return order.status === 'pending' || order.status === 'cancelled'
      ? []
      : [`${at}: it is ${order.status}, but its payment ${order.intentId} does not exist`]
  }
  if (intent.amount.amount !== order.total.amount || intent.amount.currency !== order.total.currency) {
    return [
      `${at}: its payment is for ${intent.amount.amount} ${intent.amount.currency}, the order for ${order.total.amount} ${order.total.currency}`,
    ]
  }
  const kept = intent.captured.amount - intent.refunded.amount
  if (order.status === 'confirmed' || order.status === 'fulfilled') {
    return kept === order.total.amount
      ? []
      : [`${at}: it is ${order.status}, but ${kept} of ${order.total.amount} are paid`]
  }
  return kept === 0
    ? []
    : [`${at}: it is ${order.status}, but ${kept} are kept of its payment ${intent.id} (${intent.status})`]
}

function stockProblems(order: AuditedOrder, reservation: Reservation | undefined): string[] {
  const at = `order ${order.orderId}`
  const expected = {
    pending: ['active'],
    confirmed: ['taken'],
    fulfilled: ['taken'],
    cancelled: ['released', 'restocked'],
  }[order.status]
  if (!reservation)
    return order.status === 'cancelled'
      ? []
      : [`${at}: it is ${order.status}, but its stock was never reserved`]
  if (!expected.includes(reservation.status))
    return [`${at}: it is ${order.status}, but its stock is ${reservation.status}`]
  if (quantities(order.lines) !== quantities(reservation.lines))
    return [`${at}: its lines differ from those of its reservation`]
  return []
}

/** Lines as one text, to compare. */
function quantities(lines: { variantId: string; quantity: number }[]): string {
  const sums = new Map<string, number>()
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity)
  return JSON.stringify([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function confirmationProblems(
  allOrders: Map<string, AuditedOrder>,
  confirmations: Map<string, { orderId: string; count: number }>,
  eventsWaiting: number,
): string[] {
  const problems: string[] = []
  for (const { orderId, count } of confirmations.values()) {
    if (count > 1) problems.push(`mail of order ${orderId}: it was confirmed ${count} times`)
    if (!allOrders.has(orderId))
      problems.push(`mail of order ${orderId}: it was confirmed, but does not exist`)
  }
  // While events are on their way, a mail may still come.
  if (eventsWaiting > 0) return problems
  for (const { orderId, status } of allOrders.values()) {
    if ((status === 'confirmed' || status === 'fulfilled') && !confirmations.has(orderId)) {
      problems.push(`mail of order ${orderId}: it is ${status}, but was never confirmed by mail`)
    }
  }
  return problems
}

async function readAll<Page, Item>(
  read: (after: { after?: string }) => Promise<Page>,
  items: (page: Page) => Item[],
  id: (item: Item) => string,
): Promise<Map<string, Item>> {
  const all = new Map<string, Item>()
  for (let after: { after?: string } = {}; ; ) {
    const page = items(await read(after))
    for (const item of page) all.set(id(item), item)
    if (page.length < PAGE) return all
    after = { after: id(page.at(-1)!) }
  }
}
