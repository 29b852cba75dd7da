import type { Handles } from '../needs.ts'
import { quoteCart } from '../quote-cart.ts'
import { quoteLineOf } from '../rules/quote-line.ts'

export const testQuote: Handles<'testQuote'> = async (
  { lines, address, customerId, codes, shippingOptionId, at },
  context,
) => {
  const { variants } = await context.calls.catalog.getVariants({
    variantIds: [...new Set(lines.map(({ variantId }) => variantId))],
  })
  const sold = new Map(variants.map((variant) => [variant.variantId, variant]))
  const missing = lines.find(({ variantId }) => !sold.has(variantId))
  if (missing)
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot price "${missing.variantId}": it does not exist or is not sold`,
    )
  const { currency } = context.services
  const quote = await quoteCart(
    context,
    {
      currency,
      lines: lines.map(({ variantId, quantity }, index) =>
        quoteLineOf(`lin_${index}`, quantity, sold.get(variantId)!),
      ),
      address,
      customerId: customerId ?? null,
      email: null,
      codes: codes ?? [],
      shippingOptionId: shippingOptionId ?? null,
    },
    at === undefined ? context.now() : new Date(at),
  )
  return { currency, ...quote }
}
