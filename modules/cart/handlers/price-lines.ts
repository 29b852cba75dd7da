import type { Handles } from '../needs.ts'
import { readRepricedCart } from '../read-offer.ts'
import { priceCart } from '../rules/price-cart.ts'

export const priceLines: Handles<'priceLines'> = async ({ cartId, lineIds }, context) => {
  const { cart } = await readRepricedCart(context, cartId)
  const ids = new Set(lineIds)
  const lines = cart.lines.filter(({ id }) => ids.has(id))
  const { totals, shippingOption } = priceCart({ ...cart, lines }, context.now())
  return { totals, shippingOption }
}
