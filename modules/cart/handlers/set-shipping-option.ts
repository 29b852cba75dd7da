import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'

export const setShippingOption: Handles<'setShippingOption'> = async (
  { cartId, shippingOptionId },
  context,
) =>
  changeCart(
    context,
    cartId,
    ({ cart }) => {
      if (!cart.contact) {
        throw context.fail(
          'CONTACT_MISSING',
          `Cannot choose shipping for the cart "${cartId}": set its contact first`,
        )
      }
      return cart.shippingOptionId === shippingOptionId ? cart : { ...cart, shippingOptionId }
    },
    {
      check({ quote, isComplete }) {
        if (!isComplete)
          throw context.fail('PRICING_UNAVAILABLE', 'Cannot choose shipping now: try again in a moment')
        if (quote.shippingOption) return
        const ids = quote.shippingOptions.map(({ id }) => id)
        throw context.fail(
          'SHIPPING_OPTION_UNKNOWN',
          ids.length > 0
            ? `Cannot ship by "${shippingOptionId}": choose one of "${ids.join('", "')}"`
            : `Cannot ship by "${shippingOptionId}": these goods cannot be shipped to this address`,
        )
      },
    },
  )
