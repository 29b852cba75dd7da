import type { Caller } from '#runtime/contract/caller.ts'
import type { Order } from '../contract.ts'
import { mayCancel } from '../rules/access.ts'
import { canBecome } from '../rules/transitions.ts'
import type { StoredOrder } from '../store.ts'

/** An order as this caller may see it. */
export function showOrder(order: StoredOrder, caller: Caller): Order {
  const { intentId, tokenHash, hasKey, ...shown } = order
  return { ...shown, cancellable: mayCancel(order, caller) }
}

/** An order as its owner sees it: what the steps of workflows answer, and events tell. */
export function showToOwner(order: StoredOrder): Order {
  const { intentId, tokenHash, hasKey, ...shown } = order
  return { ...shown, cancellable: canBecome(order.status, 'cancelled') }
}
