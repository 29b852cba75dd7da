import { setTimeout as sleep } from 'node:timers/promises'
import type { cart } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { notifications } from '#modules/notifications/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import { STUCK_MS } from '#runtime/events/undelivered-events.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { countOf } from '#shared/text.ts'
import { Books } from './audit/books.ts'
import { Problems } from './audit/problems.ts'
import { pages, readInStep } from './audit/read-in-step.ts'
import { describeForeignPrices } from './foreign-prices.ts'

type AuditedModules = {
  cart: typeof cart
  inventory: typeof inventory
  notifications: typeof notifications
  orders: typeof orders
  payments: typeof payments
}

export interface AuditReport {
  /** In words, each with the ids that it is about; none when all is well. */
  problems: string[]
  /** Further ones, which are only counted. */
  more: number
  counts: {
    orders: number
    payments: number
    reservations: number
    confirmations: number
    eventsWaiting: number
  }
}

const PAGE = 1000
const LOOKS = 4
const PAUSE_MS = 2000

/**
 * The same of a shop that sells meanwhile, which is never seen at one moment: the modules are read one after the other, and
 * each checkout is somewhere between two steps. What it finds is looked at again, and reported when it is still about the
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

/** What a problem is about: `order ord_1`. Of stock and events it is all of the text, as that is of no moment. */
function subjectOf(problem: string): string {
  const subject = problem.slice(0, problem.indexOf(': '))
  return subject.includes(' ') ? subject : problem
}

/**
 * Checks what must hold over all modules whatever happened: every order paid exactly once or not at all, stock conserved
 * to the unit, no reservation and no frozen cart without its order, one open cart a customer at most, every event consumed
 * once. Reads page by page, all modules in step, so that memory does not grow with the orders.
 */
export async function audit(shop: Pick<Shop, 'callsAs' | 'backlog'>): Promise<AuditReport> {
  const calls = shop.callsAs<AuditedModules>(system('audit'))
  const backlog = await shop.backlog()
  const eventsWaiting = backlog.reduce((sum, each) => sum + each.waiting, 0)
  const problems = new Problems()
  const books = new Books(problems, eventsWaiting > 0)
  await readInStep([
    pages(
      PAGE,
      (from) => calls.orders.auditOrders(from),
      ({ orders }) => {
        for (const order of orders) books.addOrder(order)
        return orders.map(({ orderId }) => orderId)
      },
    ),
    pages(
      PAGE,
      (from) => calls.payments.auditPayments(from),
      ({ intents }) => {
        for (const intent of intents) books.addPayment(intent)
        return intents.map(({ id }) => id)
      },
    ),
    pages(
      PAGE,
      (from) => calls.inventory.auditStock(from),
      ({ problems: found, reservations }) => {
        for (const problem of found) problems.add(`stock: ${problem}`)
        for (const reservation of reservations) books.addReservation(reservation)
        return reservations.map(({ reservationId }) => reservationId)
      },
    ),
    pages(
      PAGE,
      (from) => calls.cart.auditCarts(from),
      ({ problems: found = [], carts }) => {
        problems.add(...found)
        for (const each of carts) books.addCart(each)
        return carts.map(({ cartId }) => cartId)
      },
    ),
    pages(
      PAGE,
      (from) => calls.notifications.auditMessages(from),
      ({ confirmations }) => {
        for (const each of confirmations) books.addConfirmation(each)
        return confirmations.map(({ orderId }) => orderId)
      },
    ),
  ])
  books.close()
  const foreign = await describeForeignPrices(shop)
  if (foreign !== undefined) problems.add(foreign)
  for (const { module, parked, refused = 0, oldest } of backlog) {
    // One that moves has another oldest event at the next look.
    if (oldest && oldest.ms > STUCK_MS)
      problems.add(
        `outbox ${module} at ${oldest.position}: its oldest event waits for ${Math.round(oldest.ms / 1000)} s and does not move`,
      )
    if (refused > 0)
      problems.add(
        `events: ${countOf(refused, 'event')} of ${module} ${refused === 1 ? 'waits and was' : 'wait and were'} refused by ${refused === 1 ? 'its' : 'their'} consumer several times: "pando events list" shows why`,
      )
    if (parked > 0)
      problems.add(
        `events: ${countOf(parked, 'event')} of ${module} ${parked === 1 ? 'is' : 'are'} parked, because the consumer refuses ${parked === 1 ? 'it' : 'them'}`,
      )
  }
  return { ...problems.report, counts: { ...books.counts, eventsWaiting } }
}
