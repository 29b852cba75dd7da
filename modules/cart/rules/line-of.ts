import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { LineState } from './cart-state.ts'

/** A line with the catalog's current data of its variant. */
export function lineOf(id: string, quantity: number, variant: SellableVariant): LineState {
  return {
    id,
    variantId: variant.variantId,
    quantity,
    unitPrice: variant.price.amount,
    productHandle: variant.productHandle,
    title: variant.productTitle,
    variantTitle: variant.variantTitle,
    sku: variant.sku,
    pictureUrl: variant.picture.url,
    // `weightGrams` is rounded, but an older catalog sends no other weight
    weightGrams:
      variant.weightMilligrams === undefined ? variant.weightGrams : variant.weightMilligrams / 1000,
    requiresShipping: variant.requiresShipping,
    taxable: variant.taxable,
    productId: variant.productId,
    ...(variant.categories ? { categories: variant.categories } : {}),
    ...(variant.taxClass ? { taxClass: variant.taxClass } : {}),
    ...(variant.shippingClass ? { shippingClass: variant.shippingClass } : {}),
  }
}
