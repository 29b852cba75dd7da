import type { Handles } from '../needs.ts'
import { freeze } from '../store.ts'

export const freezeCart: Handles<'freezeCart'> = async ({ cartId, version, orderId }, context) =>
  context.commitStatement(async (sql) => {
    if (!(await freeze(sql, cartId, version, orderId, context.now()))) {
      throw context.fail(
        'CART_CHANGED',
        `Cannot order the cart "${cartId}": it has just changed; read it again`,
      )
    }
    return {}
  })
