import { setTimeout as sleep } from 'node:timers/promises'
import type { cart } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { notifications } from '#modules/notifications/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import type { pricing } from '#modules/pricing/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import { STUCK_MS } from '#runtime/events/undelivered-events.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { countOf } from '#shared/text.ts'
import { Problems } from './audit/problems.ts'
import { pagedSource, readByTime } from './audit/read-by-time.ts'
import { Reconciler } from './audit/reconciler.ts'
import { describeForeignPrices } from './foreign-prices.ts'

type AuditedModules = {
  cart: typeof cart
  inventory: typeof inventory
  notifications: typeof notifications
  orders: typeof orders
  payments: typeof payments
  pricing: typeof pricing
}

export interface AuditReport {
  /** One message for each problem, with the ids that it concerns. */
  problems: string[]
  /** The number of further problems, which are not listed. */
  more: number
  counts: {
    orders: number
    payments: number
    reservations: number
    /** Promotions that count as used by an order. */
    redemptions: number
    confirmations: number
    eventsWaiting: number
  }
}

const PAGE_SIZE = 1000
const MAX_AUDITS = 4
const PAUSE_MS = 2000

/**
 * Audits a running shop. Its modules are not read at one point in time, and checkouts are between two steps, so `audit`
 * also finds problems that do not exist. Repeats the audit for some seconds, and reports only problems with the same
 * order, payment, reservation or cart in all audits.
 */
export async function auditRunning(
  shop: Pick<Shop, 'callsAs' | 'backlog'>,
  { maxAudits = MAX_AUDITS, pauseMs = PAUSE_MS }: { maxAudits?: number; pauseMs?: number } = {},
): Promise<AuditReport> {
  let report = await audit(shop)
  for (let count = 1; count < maxAudits && report.problems.length > 0; count++) {
    await sleep(pauseMs)
    const subjects = new Set(report.problems.map(subjectOf))
    const latest = await audit(shop)
    report = { ...latest, problems: latest.problems.filter((problem) => subjects.has(subjectOf(problem))) }
  }
  return report
}

/**
 * What a problem is about: the text before its colon if that names a record, such as `order ord_1`. Otherwise the whole
 * text, as in `stock: …`.
 */
function subjectOf(problem: string): string {
  const [subject = ''] = problem.split(': ', 1)
  return subject.includes(' ') ? subject : problem
}

/**
 * Checks invariants over all modules. Each order is paid according to its status, and has the reservation and the email
 * that its status requires. The promotions that reduced it count as used, unless it is cancelled, and no others. The stock of
 * each variant equals the sum of its movements. Each payment, reservation and frozen cart has its order. A customer has at
 * most one open cart. No event waits for long or is parked. Reads all modules page
 * by page in the order of time, so that memory does not grow with the number of orders.
 */
export async function audit(shop: Pick<Shop, 'callsAs' | 'backlog'>): Promise<AuditReport> {
  const calls = shop.callsAs<AuditedModules>(system('audit'))
  const backlog = await shop.backlog()
  const eventsWaiting = backlog.reduce((sum, each) => sum + each.waiting, 0)
  const problems = new Problems()
  const reconciler = new Reconciler(problems, { areEventsWaiting: eventsWaiting > 0 })
  await readByTime([
    pagedSource(
      PAGE_SIZE,
      (from) => calls.orders.auditOrders(from),
      ({ orders }) => {
        for (const order of orders) reconciler.addOrder(order)
        return orders.map(({ orderId }) => orderId)
      },
    ),
    pagedSource(
      PAGE_SIZE,
      (from) => calls.payments.auditPayments(from),
      ({ intents }) => {
        for (const intent of intents) reconciler.addPayment(intent)
        return intents.map(({ id }) => id)
      },
    ),
    pagedSource(
      PAGE_SIZE,
      (from) => calls.inventory.auditStock(from),
      ({ problems: found, reservations }) => {
        for (const problem of found) problems.add(`stock: ${problem}`)
        for (const reservation of reservations) reconciler.addReservation(reservation)
        return reservations.map(({ reservationId }) => reservationId)
      },
    ),
    pagedSource(
      PAGE_SIZE,
      (from) => calls.pricing.auditPromotions(from),
      ({ problems: found = [], redemptions }) => {
        problems.add(...found)
        for (const each of redemptions) reconciler.addRedemption(each)
        return redemptions.map(({ orderId }) => orderId)
      },
    ),
    pagedSource(
      PAGE_SIZE,
      (from) => calls.cart.auditCarts(from),
      ({ problems: found = [], carts }) => {
        problems.add(...found)
        for (const each of carts) reconciler.addCart(each)
        return carts.map(({ cartId }) => cartId)
      },
    ),
    pagedSource(
      PAGE_SIZE,
      (from) => calls.notifications.auditMessages(from),
      ({ confirmations }) => {
        for (const each of confirmations) reconciler.addConfirmation(each)
        return confirmations.map(({ orderId }) => orderId)
      },
    ),
  ])
  reconciler.close()
  const foreignPrices = await describeForeignPrices(shop)
  if (foreignPrices !== undefined) problems.add(foreignPrices)
  for (const { module, parked, refused = 0, oldest } of backlog) {
    // The position makes the subject differ between audits, unless the oldest event stays the same.
    if (oldest && oldest.ms > STUCK_MS)
      problems.add(
        `outbox ${module} at ${oldest.position}: its oldest event has been waiting for ${Math.round(oldest.ms / 1000)} s`,
      )
    if (refused > 0)
      problems.add(
        `events: ${countOf(refused, 'event')} of ${module} ${refused === 1 ? 'waits and has' : 'wait and have'} failed several times: "pando events list" shows why`,
      )
    if (parked > 0)
      problems.add(
        `events: ${countOf(parked, 'event')} of ${module} ${parked === 1 ? 'is' : 'are'} parked, because the consumer refuses ${parked === 1 ? 'it' : 'them'}`,
      )
  }
  return { ...problems.report, counts: { ...reconciler.counts, eventsWaiting } }
}
