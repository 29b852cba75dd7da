import { addressFailure } from '#shared/address-rules.ts'
import { quote as quoted } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { addressesOf } from '../rules/addresses-of.ts'
import { couponsOf, presentDiscounts, presentLines } from '../rules/present-cart.ts'
import { quoteInputOf } from '../rules/quote-input.ts'
import { repriceLines } from '../rules/reprice-lines.ts'
import { versionOf } from '../rules/version-of.ts'
import { readCart } from '../store.ts'
import { requireOpen } from '../usable-cart.ts'

export const getCheckout: Handles<'getCheckout'> = async ({ cartId }, context) => {
  const cart = requireOpen(context, cartId, await readCart(context.sql, cartId))
  if (cart.lines.length === 0)
    throw context.fail('CART_EMPTY', `Cannot order the cart "${cartId}": it is empty`)

  const { variants } = await context.calls.catalog.getVariants({
    variantIds: cart.lines.map((line) => line.variantId),
  })
  const { lines, unsold, exceedsLimits } = repriceLines(cart.lines, variants, cart.currency)
  if (unsold.length > 0) {
    const names = unsold.map((line) => `${quoted(line.title)} (${line.variantId})`)
    const [areUnsold, them] = unsold.length === 1 ? ['it is', 'it'] : ['they are', 'them']
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot order ${names.join(', ')}: ${areUnsold} no longer sold. Remove ${them} from the cart`,
    )
  }

  if (exceedsLimits) {
    throw context.fail(
      'CART_FULL',
      `Cannot order the cart "${cartId}": at current prices its total exceeds the limit of one order. Reduce the quantities`,
    )
  }

  const { contact, version, tokenHash, customerId, currency } = cart
  const quote = await context.calls.pricing.quote(quoteInputOf({ ...cart, lines }))
  const { shippingOption, totals, taxes, taxExemption } = quote
  if (!contact || !shippingOption) {
    const missing: ('contact' | 'shippingOption')[] = []
    if (!contact) missing.push('contact')
    if (!shippingOption) missing.push('shippingOption')
    throw context.fail(
      'CART_INCOMPLETE',
      `Cannot order the cart "${cartId}": ${missing.join(' and ')} must be set`,
      {
        missing,
      },
    )
  }
  // The address may be older than the rules of its country, and a parcel to it would not arrive.
  const failure = addressFailure(addressesOf(contact))
  if (failure) throw context.fail('ADDRESS_INVALID', failure.message, failure.data)
  const coupons = couponsOf(quote)
  const priced = presentLines(lines, currency, quote)
  return {
    cartId,
    version,
    cartVersion: versionOf({ lines: priced, contact, shippingOption, coupons, totals }),
    tokenHash,
    customerId,
    currency,
    lines: priced,
    contact,
    shippingOption,
    // A code that reduces nothing is no part of the order
    coupons: coupons.flatMap(({ code, title, reason }) => (reason === undefined ? [{ code, title }] : [])),
    discounts: presentDiscounts(quote.discounts),
    promotions: quote.discounts.map(({ promotionId, code }) => ({ promotionId, code })),
    taxes,
    ...(taxExemption ? { taxExemption } : {}),
    totals,
  }
}
