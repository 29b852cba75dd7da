import type { Handles } from '../needs.ts'
import { quoteCart } from '../quote-cart.ts'

export const quote: Handles<'quote'> = async (input, context) => quoteCart(context, input, context.now())
