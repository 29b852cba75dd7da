import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { QuoteLine } from '../schemas.ts'
import { STANDARD } from './tax.ts'

/** The line of a quote for some pieces of a variant. */
export function quoteLineOf(id: string, quantity: number, variant: SellableVariant): QuoteLine {
  return {
    id,
    variantId: variant.variantId,
    productId: variant.productId,
    categories: variant.categories ?? [],
    unitPrice: variant.price.amount,
    quantity,
    weightGrams: (variant.weightMilligrams ?? variant.weightGrams * 1000) / 1000,
    requiresShipping: variant.requiresShipping,
    taxable: variant.taxable,
    taxClass: variant.taxClass ?? STANDARD,
    shippingClass: variant.shippingClass ?? '',
  }
}
