import type { Handles } from '../needs.ts'
import { expiryOfNewCart } from '../rules/expiry.ts'
import { thaw } from '../store.ts'

export const thawCart: Handles<'thawCart'> = async ({ cartId, orderId }, context) =>
  context.commitStatement(async (sql) => {
    const now = context.now()
    await thaw(sql, cartId, orderId, now, expiryOfNewCart(now))
    return {}
  })
