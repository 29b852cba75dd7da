import type { Caller } from '#runtime/contract/caller.ts'
import type { Order } from '../contract.ts'
import { mayCancel } from '../rules/access.ts'
import { paymentDueAt } from '../rules/payment-deadline.ts'
import { canBecome } from '../rules/transitions.ts'
import type { StoredOrder } from '../store.ts'

/** The public form of an order, as this caller may see it. */
export function showOrder(order: StoredOrder, caller: Caller): Order {
  return { ...publicOrder(order), cancellable: mayCancel(order, caller) }
}

/** The public form of an order, as its owner sees it. Steps of workflows return it, and events contain it. */
export function showToOwner(order: StoredOrder): Order {
  return { ...publicOrder(order), cancellable: canBecome(order.status, 'cancelled') }
}

function publicOrder({ intentId, tokenHash, hasKey, ...order }: StoredOrder): Omit<Order, 'cancellable'> {
  if (order.status !== 'pending') return order
  return { ...order, payment: { ...order.payment, dueAt: paymentDueAt(order.placedAt) } }
}
