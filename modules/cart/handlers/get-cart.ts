import type { Handles } from '../needs.ts'
import { readRepricedCart } from '../read-offer.ts'
import { readQuote } from '../read-quote.ts'
import { presentCart } from '../rules/present-cart.ts'

export const getCart: Handles<'getCart'> = async ({ cartId }, context) => {
  const repriced = await readRepricedCart(context, cartId)
  const { quote, isComplete } = await readQuote(context, repriced)
  return presentCart(repriced, quote, isComplete)
}
