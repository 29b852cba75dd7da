import type { inventory } from '#modules/inventory/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'

export type AuditedOrder = OutputOf<typeof orders.methods.auditOrders>['orders'][number]
export type AuditedIntent = OutputOf<typeof payments.methods.auditPayments>['intents'][number]
export type Reservation = OutputOf<typeof inventory.methods.auditStock>['reservations'][number]

/** Problems of a payment, whatever its order. */
export function intentProblems({ id, status, amount, captured, refunded }: AuditedIntent): string[] {
  const isTaken = status === 'succeeded' || status === 'refunded'
  if (isTaken && captured.amount !== amount.amount)
    return [`payment ${id}: it is ${status}, but ${captured.amount} of ${amount.amount} are captured`]
  if (status === 'refunded' && refunded.amount !== captured.amount)
    return [`payment ${id}: it is refunded, but ${refunded.amount} of ${captured.amount} were refunded`]
  return []
}

/** Problems between an order and its payment. */
export function paymentProblems(order: AuditedOrder, intent: AuditedIntent | undefined): string[] {
  const subject = `order ${order.orderId}`
  if (!intent) {
    // An order is created before its payment. While the payments module is unavailable, the order waits or is
    // cancelled.
    return order.status === 'pending' || order.status === 'cancelled'
      ? []
      : [`${subject}: it is ${order.status}, but its payment ${order.intentId} does not exist`]
  }
  if (intent.amount.amount !== order.total.amount || intent.amount.currency !== order.total.currency) {
    return [
      `${subject}: its payment is for ${intent.amount.amount} ${intent.amount.currency}, the order for ${order.total.amount} ${order.total.currency}`,
    ]
  }
  const kept = intent.captured.amount - intent.refunded.amount
  if (order.status === 'confirmed' || order.status === 'fulfilled') {
    return kept === order.total.amount
      ? []
      : [`${subject}: it is ${order.status}, but ${kept} of ${order.total.amount} are paid`]
  }
  return kept === 0
    ? []
    : [
        `${subject}: it is ${order.status}, but ${kept} are kept of its payment ${intent.id} (${intent.status})`,
      ]
}

/** Problems between an order and its stock. */
export function stockProblems(order: AuditedOrder, reservation: Reservation | undefined): string[] {
  const subject = `order ${order.orderId}`
  const expected = {
    pending: ['active'],
    confirmed: ['taken'],
    fulfilled: ['taken'],
    cancelled: ['released', 'restocked'],
  }[order.status]
  if (!reservation)
    return order.status === 'cancelled'
      ? []
      : [`${subject}: it is ${order.status}, but its stock was never reserved`]
  if (!expected.includes(reservation.status))
    return [`${subject}: it is ${order.status}, but its stock is ${reservation.status}`]
  if (quantities(order.lines) !== quantities(reservation.lines))
    return [`${subject}: its lines differ from those of its reservation`]
  return []
}

/** The quantities of lines as one string, for comparison. */
function quantities(lines: { variantId: string; quantity: number }[]): string {
  const sums = new Map<string, number>()
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity)
  return JSON.stringify([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}
