import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { orderableCart } from '../rules/apply-offer.ts'
import { priceCart } from '../rules/price-cart.ts'

export const setShippingOption: Handles<'setShippingOption'> = async (
  { cartId, shippingOptionId },
  context,
) =>
  changeCart(context, cartId, (repriced) => {
    const { cart } = repriced
    if (!cart.contact) {
      throw context.fail(
        'CONTACT_MISSING',
        `Cannot choose shipping for the cart "${cartId}": set its contact first`,
      )
    }
    const ids = priceCart(orderableCart(repriced), context.now()).shippingOptions.map((option) => option.id)
    if (!ids.includes(shippingOptionId)) {
      throw context.fail(
        'SHIPPING_OPTION_UNKNOWN',
        ids.length === 0
          ? `Cannot choose shipping for the cart "${cartId}": nothing is shipped to "${cart.contact.shippingAddress.country}"; change the address`
          : `Cannot ship by "${shippingOptionId}": choose one of "${ids.join('", "')}"`,
      )
    }
    return cart.shippingOptionId === shippingOptionId ? cart : { ...cart, shippingOptionId }
  })
