import type { Handles } from '../needs.ts'
import { findOpenCart } from '../store.ts'

export const findMyCart: Handles<'findMyCart'> = async (_input, { caller, sql, now }) => {
  if (caller.kind !== 'customer') return { cartId: null }
  return { cartId: (await findOpenCart(sql, caller.customerId, now())) ?? null }
}
