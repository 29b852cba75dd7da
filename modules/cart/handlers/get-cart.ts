import type { Handles } from '../needs.ts'
import { readRepriced } from '../read-repriced.ts'
import { presentCart } from '../rules/present-cart.ts'

export const getCart: Handles<'getCart'> = async ({ cartId }, context) =>
  presentCart(await readRepriced(context, cartId), context.now())
