import type { Caller } from '#runtime/contract/caller.ts'
import type { Order } from '../contract.ts'
import { mayCancel } from '../rules/access.ts'
import { paymentDueAt } from '../rules/payment-deadline.ts'
import { canBecome } from '../rules/transitions.ts'
import type { StoredOrder } from '../store.ts'

/** An order for this caller. */
export function showOrder(order: StoredOrder, caller: Caller): Order {
  return { ...publicOrder(order), cancellable: mayCancel(order, caller) }
}

/** An order for its owner. Steps of workflows return it, and events contain it. */
export function showToOwner(order: StoredOrder): Order {
  return { ...publicOrder(order), cancellable: canBecome(order.status, 'cancelled') }
}

function publicOrder({ intentId, tokenHash, hasKey, ...order }: StoredOrder): Omit<Order, 'cancellable'> {
  if (order.status !== 'pending') return order
  return { ...order, payment: { ...order.payment, dueAt: paymentDueAt(order.placedAt) } }
}
