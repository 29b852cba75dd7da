import { isDeepStrictEqual } from 'node:util'
import { newId, newSecret } from '#shared/ids.ts'
import { hashSecret } from '#shared/secrets.ts'
import type { Handles } from '../needs.ts'
import { readOffer } from '../read-offer.ts'
import { readQuote } from '../read-quote.ts'
import { applyOffer, orderableCart } from '../rules/apply-offer.ts'
import type { CartState } from '../rules/cart-state.ts'
import { expiryOfNewCart } from '../rules/expiry.ts'
import { plainQuote } from '../rules/plain-quote.ts'
import { presentCart } from '../rules/present-cart.ts'
import { findOpenCart, insertCart, openCustomersCart } from '../store.ts'

export const createCart: Handles<'createCart'> = async (_input, context) => {
  const { caller, services } = context
  const now = context.now()
  const token = newSecret('crt')
  const cart: CartState = {
    id: newId('crt'),
    status: 'open',
    version: 1,
    tokenHash: hashSecret(token),
    customerId: caller.kind === 'customer' ? caller.customerId : null,
    currency: services.currency,
    lines: [],
    contact: null,
    shippingOptionId: null,
    coupons: [],
    orderId: null,
    mergedInto: null,
    expiresAt: expiryOfNewCart(now),
  }
  if (cart.customerId !== null) {
    const mine = await findOpenCart(context.sql, cart.customerId)
    const offer = await readOffer(context, mine ?? cart)
    const { quote, isComplete } = await readQuote(context, applyOffer(mine ?? cart, offer))
    return context.commitStatement(async (sql) => {
      const opened = await openCustomersCart(sql, cart, now)
      const repriced = applyOffer(opened, offer)
      // Another request may have changed the cart since the quote
      const isSame = isDeepStrictEqual(quotedPart(opened), quotedPart(mine ?? cart))
      const shown = isSame
        ? presentCart(repriced, quote, isComplete)
        : presentCart(repriced, plainQuote(orderableCart(repriced)), false)
      // The customer's session opens the cart
      return { ...shown, token: null }
    })
  }
  return context.commitStatement(async (sql) => {
    await insertCart(sql, cart, now)
    return { ...presentCart({ cart, problems: new Map() }, plainQuote(cart)), token }
  })
}

function quotedPart({ lines, contact, coupons, shippingOptionId, currency }: CartState) {
  return { lines, contact, coupons, shippingOptionId, currency }
}
