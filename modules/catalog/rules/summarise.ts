import type { Static } from 'typebox'
import type { Picture, ProductSummary, Variant, VariantDraft } from '../contract.ts'

/** The facts for a summary. `variants` has at least one element, in display order. */
export interface SummaryFacts {
  id: string
  handle: string
  title: string
  vendor: string
  optionNames: readonly string[]
  variants: readonly { id: string; draft: VariantDraft; available: boolean; tracked: boolean }[]
  picture: Static<typeof Picture>
}

/** Builds the summary of a product for lists and pages. */
export function summarise(product: SummaryFacts): ProductSummary {
  const variants = product.variants.map((variant) => summariseVariant(product, variant))
  const cheapest = variants.reduce((best, variant) =>
    variant.price.amount < best.price.amount ? variant : best,
  )
  return {
    id: product.id,
    handle: product.handle,
    title: product.title,
    vendor: product.vendor,
    price: cheapest.price,
    ...(cheapest.compareAtPrice && { compareAtPrice: cheapest.compareAtPrice }),
    available: variants.some(({ available }) => available),
    priceVaries: variants.some(({ price }) => price.amount !== cheapest.price.amount),
    picture: product.picture,
    variants,
  }
}

/** Updates the availability of one variant in a summary. Returns the same object if nothing changes. */
export function withAvailability(
  summary: ProductSummary,
  variantId: string,
  reported: { available: boolean; tracked?: boolean | undefined },
): ProductSummary {
  const variant = summary.variants.find(({ id }) => id === variantId)
  if (!variant) return summary
  const { stockTracked = true, ...rest } = variant
  const { available, tracked = stockTracked } = reported
  if (variant.available === available && stockTracked === tracked) return summary
  const updated = { ...rest, available, ...(!tracked && { stockTracked: false }) }
  const variants = summary.variants.map((each) => (each === variant ? updated : each))
  return { ...summary, available: variants.some((each) => each.available), variants }
}

/** The title of a variant, such as `Gold / Large`; the product's title if it has no options. */
export function variantTitle(productTitle: string, optionValues: readonly string[]): string {
  return optionValues.length > 0 ? optionValues.join(' / ') : productTitle
}

function summariseVariant(
  product: SummaryFacts,
  { id, draft, available, tracked }: SummaryFacts['variants'][number],
): Variant {
  const { sku, optionValues, price, compareAtPrice } = draft
  return {
    id,
    sku,
    title: variantTitle(product.title, optionValues),
    options: Object.fromEntries(product.optionNames.map((name, index) => [name, optionValues[index] ?? ''])),
    price,
    ...(compareAtPrice && { compareAtPrice }),
    available,
    ...(!tracked && { stockTracked: false }),
  }
}
