import type { Quote } from '#modules/pricing/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { OfferContext } from './read-offer.ts'
import { orderableCart, type RepricedCart } from './rules/apply-offer.ts'
import { plainQuote } from './rules/plain-quote.ts'
import { quoteInputOf } from './rules/quote-input.ts'

/** What a cart costs. `isComplete` is false if pricing did not answer: then the quote only adds up the prices. */
export interface CartQuote {
  quote: Quote
  isComplete: boolean
}

/** The quote of the lines that can be ordered. An empty cart without codes needs no call. */
export async function readQuote({ calls }: OfferContext, repriced: RepricedCart): Promise<CartQuote> {
  const cart = orderableCart(repriced)
  if (cart.lines.length === 0 && cart.coupons.length === 0 && cart.contact === null)
    return { quote: plainQuote(cart), isComplete: true }
  const quote = await orElse(calls.pricing.quote(quoteInputOf(cart)), undefined)
  return quote ? { quote, isComplete: true } : { quote: plainQuote(cart), isComplete: false }
}
