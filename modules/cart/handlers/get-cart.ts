import type { Handles } from '../needs.ts'
import { readRepricedCart } from '../read-offer.ts'
import { presentCart } from '../rules/present-cart.ts'

export const getCart: Handles<'getCart'> = async ({ cartId }, context) => {
  const { cart, problems } = await readRepricedCart(context, cartId)
  return presentCart(cart, context.now(), problems)
}
