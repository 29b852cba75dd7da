import type { Handles } from '../needs.ts'
import { freeze, readCart } from '../store.ts'

export const freezeCart: Handles<'freezeCart'> = async ({ cartId, version, orderId }, context) =>
  context.commitStatement(async (sql) => {
    if (await freeze(sql, cartId, version, orderId, context.now())) return {}
    const cart = await readCart(sql, cartId)
    if (cart?.status === 'frozen') {
      throw context.fail(
        'CART_IN_CHECKOUT',
        `Cannot order the cart "${cartId}": the order "${cart.orderId}" for it is being placed`,
      )
    }
    if (cart?.status === 'ordered') {
      throw context.fail(
        'CART_ORDERED',
        `Cannot order the cart "${cartId}": it was ordered as "${cart.orderId}"`,
        { orderId: cart.orderId! },
      )
    }
    throw context.fail('CART_CHANGED', `Cannot order the cart "${cartId}": it has changed; read it again`)
  })
