import type { Handles } from '../needs.ts'
import { readOffered } from '../read-offer.ts'
import { orderableCart } from '../rules/apply-offer.ts'
import { priceCart } from '../rules/price-cart.ts'

export const listShippingOptions: Handles<'listShippingOptions'> = async ({ cartId }, context) => {
  const offered = await readOffered(context, cartId)
  if (!offered.cart.contact) {
    throw context.fail(
      'CONTACT_MISSING',
      `Cannot list shipping options of the cart "${cartId}": set its contact first`,
    )
  }
  return { items: priceCart(orderableCart(offered), context.now()).shippingOptions }
}
