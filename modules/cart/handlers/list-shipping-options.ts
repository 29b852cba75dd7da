import type { Handles } from '../needs.ts'
import { readRepricedCart } from '../read-offer.ts'
import { orderableCart } from '../rules/apply-offer.ts'
import { priceCart } from '../rules/price-cart.ts'

export const listShippingOptions: Handles<'listShippingOptions'> = async ({ cartId }, context) => {
  const repriced = await readRepricedCart(context, cartId)
  if (!repriced.cart.contact) {
    throw context.fail(
      'CONTACT_MISSING',
      `Cannot list shipping options of the cart "${cartId}": set its contact first`,
    )
  }
  return { items: priceCart(orderableCart(repriced), context.now()).shippingOptions }
}
