import type { Handles } from '../needs.ts'
import { readRepriced } from '../read-repriced.ts'
import { presentCart } from '../rules/present-cart.ts'

export const getCart: Handles<'getCart'> = async ({ cartId }, context) => {
  const { cart, problems } = await readRepriced(context, cartId)
  return presentCart(cart, context.now(), problems)
}
