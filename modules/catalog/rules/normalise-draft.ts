import { visibleText } from '#shared/text.ts'
import type { ProductDraft, VariantDraft } from '../contract.ts'
import { sanitizeDescription } from './sanitize-description.ts'

/**
 * Converts a draft to its stored form: sanitises the description, normalises the URLs of pictures, drops compare-at
 * prices that are not higher than the price, removes repeated tags and invisible texts, and replaces lone surrogates,
 * which PostgreSQL refuses. Does not change invalid URLs, which `findDraftProblem` reports.
 */
export function normaliseDraft(input: ProductDraft): ProductDraft {
  const draft = toWellFormed(input)
  const pictures = draft.pictures.map(({ url, alt }) => ({ url: normaliseUrl(url), alt: visibleText(alt) }))
  // A fixed order of members, so that equal drafts have equal hashes
  return {
    handle: draft.handle,
    title: draft.title.trim(),
    descriptionHtml: sanitizeDescription(draft.descriptionHtml),
    vendor: visibleText(draft.vendor),
    type: visibleText(draft.type),
    tags: [...new Set(draft.tags.map((tag) => tag.trim()))],
    published: draft.published,
    options: draft.options.map(({ name, values }) => ({ name, values })),
    variants: draft.variants.map(normaliseVariant),
    pictures: pictures.filter(
      ({ url }, index) => url === null || pictures.findIndex((picture) => picture.url === url) === index,
    ),
    seoTitle: visibleText(draft.seoTitle),
    seoDescription: visibleText(draft.seoDescription),
    ...(draft.taxClass === undefined ? {} : { taxClass: draft.taxClass }),
    ...(draft.shippingClass === undefined ? {} : { shippingClass: draft.shippingClass }),
  }
}

function normaliseVariant(variant: VariantDraft): VariantDraft {
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
    pictureUrl: normaliseUrl(variant.pictureUrl),
  }
}

function normaliseUrl(url: string | null): string | null {
  if (url === null || url.trim() === '') return null
  return URL.parse(url)?.href ?? url
}

/** Replaces lone surrogates in all texts of a value. Returns the same value if it has none. */
function toWellFormed<Value>(value: Value): Value {
  const json = JSON.stringify(value)
  // `JSON.stringify` escapes lone surrogates, and no other letters
  if (!/\\ud[89a-f]/.test(json)) return value
  return JSON.parse(json, (_key, part) => (typeof part === 'string' ? part.toWellFormed() : part))
}
