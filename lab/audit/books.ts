import {
  type AuditedIntent,
  type AuditedOrder,
  intentProblems,
  paymentProblems,
  type Reservation,
  stockProblems,
} from './order-problems.ts'
import type { Problems } from './problems.ts'

/** What has been read so far that names one order. */
interface Entry {
  order?: AuditedOrder
  payments: AuditedIntent[]
  reservation?: Reservation
  /** How often it was confirmed by mail. */
  confirmations: number
  frozenCarts: string[]
}

/**
 * Puts together what the modules know of each order, in whatever order it comes. An order is judged, and forgotten, as soon
 * as all is there that it must have, so that only those are kept of which something has not been read yet.
 */
export class Books {
  readonly counts = { orders: 0, payments: 0, reservations: 0, confirmations: 0 }
  readonly #problems: Problems
  /** A mail may still come. */
  readonly #eventsWait: boolean
  readonly #entries = new Map<string, Entry>()
  /** Judged ones that may have been confirmed before, or not. */
  readonly #cancelled = new Set<string>()

  constructor(problems: Problems, eventsWait: boolean) {
    this.#problems = problems
    this.#eventsWait = eventsWait
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
    if (count > 1) this.#problems.add(`mail of order ${orderId}: it was confirmed ${count} times`)
    if (this.#cancelled.has(orderId)) return
    this.#add(orderId, (entry) => {
      entry.confirmations = count
    })
  }

  /** A frozen one. */
  addCart({ cartId, orderId }: { cartId: string; orderId: string | null }): void {
    if (orderId === null) this.#problems.add(`cart ${cartId}: it is frozen for no order`)
    else this.#add(orderId, (entry) => entry.frozenCarts.push(cartId))
  }

  /** All has been read: what is left is judged as it is. */
  close(): void {
    for (const [orderId, entry] of this.#entries) this.#judge(orderId, entry)
  }

  #add(orderId: string, change: (entry: Entry) => void): void {
    const entry = this.#entries.get(orderId) ?? { payments: [], confirmations: 0, frozenCarts: [] }
    change(entry)
    if (!isComplete(entry)) {
      this.#entries.set(orderId, entry)
      return
    }
    this.#entries.delete(orderId)
    if (entry.order?.status === 'cancelled' && entry.confirmations === 0) this.#cancelled.add(orderId)
    this.#judge(orderId, entry)
  }

  #judge(orderId: string, { order, payments, reservation, confirmations, frozenCarts }: Entry): void {
    const add = (problem: string) => this.#problems.add(problem)
    for (const intent of payments)
      if (intent.id !== order?.intentId && !isWithoutEffect(intent))
        add(`payment ${intent.id}: there is no order ${orderId} that names it`)
    if (order?.status !== 'pending')
      for (const cartId of frozenCarts)
        add(`cart ${cartId}: it is frozen for order ${orderId}, which is not pending`)
    if (!order) {
      if (confirmations > 0) add(`mail of order ${orderId}: it was confirmed, but does not exist`)
      if (reservation && reservation.status !== 'released')
        add(`reservation ${orderId}: it is ${reservation.status}, but there is no such order`)
      return
    }
    const own = payments.find(({ id }) => id === order.intentId)
    this.#problems.add(...paymentProblems(order, own), ...stockProblems(order, reservation))
    if (isSold(order) && confirmations === 0 && !this.#eventsWait)
      add(`mail of order ${orderId}: it is ${order.status}, but was never confirmed by mail`)
  }
}

/** Whether nothing more can be missing. Of a pending one a cart is frozen, which nothing else names. */
function isComplete({ order, payments, reservation, confirmations }: Entry): boolean {
  if (!order || order.status === 'pending' || !reservation) return false
  return payments.some(({ id }) => id === order.intentId) && (confirmations > 0 || !isSold(order))
}

/** Begun in parallel to a step that failed, and undone: nobody was asked for money, or gave it. */
function isWithoutEffect({ status, captured, refunded }: AuditedIntent): boolean {
  return (status === 'declined' || status === 'voided') && captured.amount === refunded.amount
}

function isSold({ status }: AuditedOrder): boolean {
  return status === 'confirmed' || status === 'fulfilled'
}
