import {
  type AuditedIntent,
  type AuditedOrder,
  intentProblems,
  paymentProblems,
  promotionProblems,
  type Reservation,
  stockProblems,
} from './order-problems.ts'
import type { Problems } from './problems.ts'

/** All records of one order that have been read so far. */
interface Entry {
  order?: AuditedOrder
  payments: AuditedIntent[]
  reservation?: Reservation
  /** Number of confirmations that were sent by email. */
  confirmations: number
  /** Number of promotions that count as used by the order. */
  redemptions: number
  frozenCarts: string[]
}

/**
 * Joins the records of all modules about each order, in any sequence of records. Checks an order, and drops its
 * records, as soon as it is complete, so that memory holds only incomplete orders.
 */
export class Reconciler {
  readonly counts = { orders: 0, payments: 0, reservations: 0, redemptions: 0, confirmations: 0 }
  readonly #problems: Problems
  readonly #areEventsWaiting: boolean
  readonly #entries = new Map<string, Entry>()
  /** Cancelled orders that were checked without a confirmation. One that is read later needs no check. */
  readonly #cancelled = new Set<string>()

  /** `areEventsWaiting`: a confirmation that is missing may still be sent. */
  constructor(problems: Problems, { areEventsWaiting }: { areEventsWaiting: boolean }) {
    this.#problems = problems
    this.#areEventsWaiting = areEventsWaiting
  }

  addOrder(order: AuditedOrder): void {
    this.counts.orders++
    this.#add(order.orderId, (entry) => {
      entry.order = order
    })
  }

  addPayment(intent: AuditedIntent): void {
    this.counts.payments++
    this.#problems.add(...intentProblems(intent))
    this.#add(intent.orderId, (entry) => entry.payments.push(intent))
  }

  addReservation(reservation: Reservation): void {
    this.counts.reservations++
    this.#add(reservation.reservationId, (entry) => {
      entry.reservation = reservation
    })
  }

  addConfirmation({ orderId, count }: { orderId: string; count: number }): void {
    this.counts.confirmations++
    if (count > 1) this.#problems.add(`email of order ${orderId}: ${count} confirmations were sent`)
    if (this.#cancelled.has(orderId)) return
    this.#add(orderId, (entry) => {
      entry.confirmations = count
    })
  }

  /** Adds the promotions that count as used by an order. */
  addRedemption({ orderId, promotionIds }: { orderId: string; promotionIds: string[] }): void {
    this.counts.redemptions += promotionIds.length
    this.#add(orderId, (entry) => {
      entry.redemptions = promotionIds.length
    })
  }

  /** Adds a frozen cart. */
  addCart({ cartId, orderId }: { cartId: string; orderId: string | null }): void {
    if (orderId === null) this.#problems.add(`cart ${cartId}: it is frozen without an order`)
    else this.#add(orderId, (entry) => entry.frozenCarts.push(cartId))
  }

  /** Checks the orders that are still incomplete after all records were read. */
  close(): void {
    for (const [orderId, entry] of this.#entries) this.#check(orderId, entry)
  }

  #add(orderId: string, change: (entry: Entry) => void): void {
    const entry = this.#entries.get(orderId) ?? emptyEntry()
    change(entry)
    if (!isComplete(entry)) {
      this.#entries.set(orderId, entry)
      return
    }
    this.#entries.delete(orderId)
    if (entry.order?.status === 'cancelled' && entry.confirmations === 0) this.#cancelled.add(orderId)
    this.#check(orderId, entry)
  }

  #check(
    orderId: string,
    { order, payments, reservation, confirmations, redemptions, frozenCarts }: Entry,
  ): void {
    const add = (problem: string) => this.#problems.add(problem)
    for (const intent of payments)
      if (intent.id !== order?.intentId && !isWithoutEffect(intent))
        add(`payment ${intent.id}: the order ${orderId} does not exist, or names another payment`)
    if (order?.status !== 'pending')
      for (const cartId of frozenCarts)
        add(`cart ${cartId}: it is frozen for order ${orderId}, which is not pending`)
    if (!order) {
      if (confirmations > 0)
        add(`email of order ${orderId}: a confirmation was sent, but the order does not exist`)
      if (redemptions > 0)
        add(
          `promotions of order ${orderId}: ${redemptions} count as used, but the order does not exist, is cancelled or has none`,
        )
      if (reservation && reservation.status !== 'released')
        add(`reservation ${orderId}: it is ${reservation.status}, but there is no such order`)
      return
    }
    const payment = payments.find(({ id }) => id === order.intentId)
    this.#problems.add(...paymentProblems(order, payment), ...stockProblems(order, reservation))
    this.#problems.add(...promotionProblems(order, redemptions))
    if (isSold(order) && confirmations === 0 && !this.#areEventsWaiting)
      add(`email of order ${orderId}: the order is ${order.status}, but no confirmation was sent`)
  }
}

function emptyEntry(): Entry {
  return { payments: [], confirmations: 0, redemptions: 0, frozenCarts: [] }
}

/** Whether all records that an order must have are read. A pending order stays: its frozen cart may be read later. */
function isComplete({ order, payments, reservation, confirmations, redemptions }: Entry): boolean {
  if (!order || order.status === 'pending' || !reservation) return false
  if (order.status !== 'cancelled' && redemptions === 0 && (order.promotions ?? 0) > 0) return false
  return payments.some(({ id }) => id === order.intentId) && (confirmations > 0 || !isSold(order))
}

/** Whether no money was taken: the payment was started in parallel to a step that failed, and compensated. */
function isWithoutEffect({ status, captured, refunded }: AuditedIntent): boolean {
  return (status === 'declined' || status === 'voided') && captured.amount === refunded.amount
}

function isSold({ status }: AuditedOrder): boolean {
  return status === 'confirmed' || status === 'fulfilled'
}
