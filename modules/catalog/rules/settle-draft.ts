import { visibleText } from '#shared/text.ts'
import type { ProductDraft } from '../contract.ts'
import { sanitizeDescription } from './sanitize-description.ts'

export type VariantDraft = ProductDraft['variants'][number]

/**
 * Brings a draft into the form in which it is stored: a description that is safe to show, picture addresses in their
 * normal form, earlier prices only where they are higher, each tag once, and no half characters, which PostgreSQL
 * refuses. Picture addresses that are none stay as they are, for `findContradiction` to name.
 */
export function settleDraft(given: ProductDraft): ProductDraft {
  const draft = wellFormed(given)
  const pictures = draft.pictures.map(({ url, alt }) => ({ url: settledUrl(url), alt: visibleText(alt) }))
  // Members in one order, whatever order they were sent in, so that equal drafts have equal hashes.
  return {
    handle: draft.handle,
    title: draft.title.trim(),
    descriptionHtml: sanitizeDescription(draft.descriptionHtml),
    vendor: visibleText(draft.vendor),
    type: visibleText(draft.type),
    tags: [...new Set(draft.tags.map((tag) => tag.trim()))],
    published: draft.published,
    options: draft.options.map(({ name, values }) => ({ name, values })),
    variants: draft.variants.map(settledVariant),
    pictures: pictures.filter(
      ({ url }, index) => url === null || pictures.findIndex((one) => one.url === url) === index,
    ),
    seoTitle: visibleText(draft.seoTitle),
    seoDescription: visibleText(draft.seoDescription),
  }
}

function settledVariant(variant: VariantDraft): VariantDraft {
  const { sku, optionValues, price, compareAtPrice, weightGrams, requiresShipping, taxable, barcode } =
    variant
  const isReduced = compareAtPrice !== null && compareAtPrice.amount > price.amount
  return {
    sku,
    optionValues,
    price: { amount: price.amount, currency: price.currency },
    compareAtPrice: isReduced ? { amount: compareAtPrice.amount, currency: compareAtPrice.currency } : null,
    weightGrams: Math.round(weightGrams * 1000) / 1000,
    requiresShipping,
    taxable,
    barcode,
    pictureUrl: settledUrl(variant.pictureUrl),
  }
}

function settledUrl(url: string | null): string | null {
  if (url === null || url.trim() === '') return null
  return URL.parse(url)?.href ?? url
}

/** The value without lone surrogates; the same one when it has none. */
function wellFormed<Value>(value: Value): Value {
  const json = JSON.stringify(value)
  // JSON writes them as escapes, and nothing else.
  if (!/\\ud[89a-f]/.test(json)) return value
  return JSON.parse(json, (_key, part) => (typeof part === 'string' ? part.toWellFormed() : part))
}
