import type { Handles } from '../needs.ts'
import { findOrder, insertOrder } from '../store.ts'
import { showToOwner } from './show-order.ts'

/** A repeat returns the order that exists. */
export const createOrder: Handles<'createOrder'> = async (input, context) => {
  const { orderId, intentId, provider, tokenHash, placedFrom, cartId, customerId, ...snapshot } = input
  return context.commitStatement(async (sql) => {
    const order = {
      id: orderId,
      intentId,
      provider,
      cartId,
      tokenHash,
      placedFrom: placedFrom ?? null,
      customerId,
      snapshot,
      placedAt: context.now(),
    }
    const stored = (await insertOrder(sql, order)) ?? (await findOrder(sql, orderId))
    return showToOwner(stored!)
  })
}
