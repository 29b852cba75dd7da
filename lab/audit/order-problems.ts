import type { inventory } from '#modules/inventory/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'

export type AuditedOrder = OutputOf<typeof orders.methods.auditOrders>['orders'][number]
export type AuditedIntent = OutputOf<typeof payments.methods.auditPayments>['intents'][number]
export type Reservation = OutputOf<typeof inventory.methods.auditStock>['reservations'][number]

/** What does not add up in a payment itself, whatever its order says, in words. */
export function intentProblems({ id, status, amount, captured, refunded }: AuditedIntent): string[] {
  const isTaken = status === 'succeeded' || status === 'refunded'
  if (isTaken && captured.amount !== amount.amount)
    return [`payment ${id}: it is ${status}, but ${captured.amount} of ${amount.amount} are captured`]
  if (status === 'refunded' && refunded.amount !== captured.amount)
    return [`payment ${id}: it is refunded, but ${refunded.amount} of ${captured.amount} went back`]
  return []
}

/** What does not add up between an order and its payment, in words. */
export function paymentProblems(order: AuditedOrder, intent: AuditedIntent | undefined): string[] {
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

/** What does not add up between an order and its stock, in words. */
export function stockProblems(order: AuditedOrder, reservation: Reservation | undefined): string[] {
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
