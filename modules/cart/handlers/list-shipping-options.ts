import type { Handles } from '../needs.ts'
import { priceCart } from '../rules/price-cart.ts'
import { readCart } from '../store.ts'
import { requireUsable } from '../usable-cart.ts'

export const listShippingOptions: Handles<'listShippingOptions'> = async ({ cartId }, context) => {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (!cart.contact) {
    throw context.fail(
      'CONTACT_MISSING',
      `Cannot list shipping options of the cart "${cartId}": set its contact first`,
    )
  }
  return { items: priceCart(cart, context.now()).shippingOptions }
}
