import type { Caller } from '#runtime/contract/caller.ts'
import type { Order } from '../contract.ts'
import { mayCancel } from '../rules/access.ts'
import { paymentDueAt } from '../rules/payment-deadline.ts'
import { canBecome } from '../rules/transitions.ts'
import type { StoredOrder } from '../store.ts'

/** An order as this caller may see it. */
export function showOrder(order: StoredOrder, caller: Caller): Order {
  return { ...shown(order), cancellable: mayCancel(order, caller) }
}

/** An order as its owner sees it: what the steps of workflows answer, and events tell. */
export function showToOwner(order: StoredOrder): Order {
  return { ...shown(order), cancellable: canBecome(order.status, 'cancelled') }
}

function shown({ intentId, tokenHash, hasKey, ...order }: StoredOrder): Omit<Order, 'cancellable'> {
  if (order.status !== 'pending') return order
  return { ...order, payment: { ...order.payment, dueAt: paymentDueAt(order.placedAt) } }
}
