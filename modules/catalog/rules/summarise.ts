import type { Static } from 'typebox'
import type { Picture, ProductSummary, Variant } from '../contract.ts'
import type { VariantDraft } from './settle-draft.ts'

/** What a summary is made of. Of `variants`, at least one; in the order in which they are shown. */
export interface SummaryFacts {
  id: string
  handle: string
  title: string
  vendor: string
  optionNames: readonly string[]
  variants: readonly { id: string; draft: VariantDraft; available: boolean; tracked: boolean }[]
  picture: Static<typeof Picture>
}

/** Prepares what lists and pages show of a product. */
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

/** The summary with what inventory said of one variant; the same object when that changes nothing. */
export function withAvailability(
  summary: ProductSummary,
  variantId: string,
  said: { available: boolean; tracked?: boolean | undefined },
): ProductSummary {
  const variant = summary.variants.find(({ id }) => id === variantId)
  if (!variant) return summary
  const { stockTracked = true, ...rest } = variant
  const { available, tracked = stockTracked } = said
  if (variant.available === available && stockTracked === tracked) return summary
  const now = { ...rest, available, ...(!tracked && { stockTracked: false }) }
  const variants = summary.variants.map((one) => (one === variant ? now : one))
  return { ...summary, available: variants.some((one) => one.available), variants }
}

/** A variant's name beside its product's: `Gold / Large`; the product's own title where there is nothing to choose. */
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
