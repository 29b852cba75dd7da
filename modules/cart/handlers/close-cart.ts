import type { Handles } from '../needs.ts'
import { close } from '../store.ts'

export const closeCart: Handles<'closeCart'> = async ({ cartId, orderId }, context) =>
  context.commitStatement(async (sql) => {
    await close(sql, cartId, orderId, context.now())
    return {}
  })
