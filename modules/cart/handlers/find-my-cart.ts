import type { Handles } from '../needs.ts'
import { isExpired } from '../rules/expiry.ts'
import { findOpenCart } from '../store.ts'

export const findMyCart: Handles<'findMyCart'> = async (_input, { caller, sql, now }) => {
  const mine = await findOpenCart(sql, caller.customerId)
  return { cartId: mine && !isExpired(mine, now()) ? mine.id : null }
}
