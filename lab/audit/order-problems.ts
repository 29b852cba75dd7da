import type { inventory } from '#modules/inventory/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'
import { formatMoney, money } from '#shared/money.ts'

export type AuditedOrder = OutputOf<typeof orders.methods.auditOrders>['orders'][number]
export type AuditedIntent = OutputOf<typeof payments.methods.auditPayments>['intents'][number]
export type Reservation = OutputOf<typeof inventory.methods.auditStock>['reservations'][number]

/** Problems of a payment, whatever its order. */
export function intentProblems({ id, status, amount, captured, refunded }: AuditedIntent): string[] {
  const isTaken = status === 'succeeded' || status === 'refunded'
  if (isTaken && captured.amount !== amount.amount)
    return [
      `payment ${id}: it is ${status}, but ${formatMoney(captured)} of ${formatMoney(amount)} was captured`,
    ]
  if (status === 'refunded' && refunded.amount !== captured.amount)
    return [
      `payment ${id}: it is refunded, but ${formatMoney(refunded)} of ${formatMoney(captured)} was refunded`,
    ]
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
      `${subject}: its payment is for ${formatMoney(intent.amount)}, the order for ${formatMoney(order.total)}`,
    ]
  }
  const kept = money(intent.captured.amount - intent.refunded.amount, order.total.currency)
  if (order.status === 'confirmed' || order.status === 'fulfilled') {
    return kept.amount === order.total.amount
      ? []
      : [`${subject}: it is ${order.status}, but ${formatMoney(kept)} of ${formatMoney(order.total)} is paid`]
  }
  return kept.amount === 0
    ? []
    : [
        `${subject}: it is ${order.status}, but ${formatMoney(kept)} of its payment ${intent.id} (${intent.status}) was not refunded`,
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
      : [`${subject}: it is ${order.status}, but it has no reservation`]
  if (!expected.includes(reservation.status))
    return [`${subject}: it is ${order.status}, but its reservation is ${reservation.status}`]
  if (quantities(order.lines) !== quantities(reservation.lines))
    return [`${subject}: its lines differ from those of its reservation`]
  return []
}

/** Problems between an order and the promotions that were counted for it against their limits. */
export function promotionProblems(
  { orderId, status, promotions = 0 }: AuditedOrder,
  redemptions: number,
): string[] {
  const subject = `promotions of order ${orderId}`
  if (status === 'cancelled')
    return redemptions === 0
      ? []
      : [`${subject}: the order is cancelled, but ${redemptions} still count as used`]
  return redemptions === promotions
    ? []
    : [`${subject}: ${promotions} reduced it, but ${redemptions} count as used`]
}

/** The quantities of lines as one string, for comparison. */
function quantities(lines: { variantId: string; quantity: number }[]): string {
  const sums = new Map<string, number>()
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity)
  return JSON.stringify([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}
