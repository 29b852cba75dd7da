import type { Handles } from '../needs.ts'
import { readRepricedCart } from '../read-offer.ts'
import { orderableCart } from '../rules/apply-offer.ts'
import { placeOf, quoteInputOf } from '../rules/quote-input.ts'

export const listShippingOptions: Handles<'listShippingOptions'> = async (
  { cartId, country, region, postalCode },
  context,
) => {
  const repriced = await readRepricedCart(context, cartId)
  const input = quoteInputOf(orderableCart(repriced))
  const address = country ? placeOf({ country, region, postalCode }) : input.address
  if (!address) {
    throw context.fail(
      'CONTACT_MISSING',
      `Cannot list shipping options of the cart "${cartId}": set its contact first, or name a country`,
    )
  }
  const { shippingOptions, shippingProblem } = await context.calls.pricing.quote({ ...input, address })
  return { items: shippingOptions, ...(shippingProblem ? { problem: shippingProblem } : {}) }
}
