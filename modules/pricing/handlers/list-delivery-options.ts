import type { Handles } from '../needs.ts'
import { quoteCart } from '../quote-cart.ts'
import { addressOf } from '../rules/area.ts'
import { quoteLineOf } from '../rules/quote-line.ts'

export const listDeliveryOptions: Handles<'listDeliveryOptions'> = async (
  { variantId, quantity = 1, country, region, postalCode },
  context,
) => {
  const { variants } = await context.calls.catalog.getVariants({ variantIds: [variantId] })
  const [variant] = variants
  if (!variant)
    throw context.fail('VARIANT_NOT_FOUND', `Cannot ship "${variantId}": it does not exist or is not sold`)
  const { tax } = await context.services.ruleSet(context.sql)
  const address = country
    ? { country, ...(region ? { region } : {}), ...(postalCode ? { postalCode } : {}) }
    : tax.home && addressOf(tax.home)
  const { shippingOptions, shippingProblem } = await quoteCart(
    context,
    {
      currency: variant.price.currency,
      lines: [quoteLineOf(variantId, quantity, variant)],
      address,
      customerId: null,
      email: null,
      codes: [],
      shippingOptionId: null,
    },
    context.now(),
  )
  return { country: address?.country ?? null, items: shippingOptions, problem: shippingProblem }
}
