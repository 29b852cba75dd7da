import type { ProductDraft, ProductSummary, VariantDraft } from '../contract.ts'
import { type CategoryName, categoriesOf } from './categories-of.ts'
import { type DescriptionPicture, descriptionPictures, replacePictures } from './description-pictures.ts'
import { type DraftPicture, draftPictures, matchPictures } from './match-pictures.ts'
import { matchVariants } from './match-variants.ts'
import { excerpt, plainText } from './plain-text.ts'
import { classesOf, type ProductClasses } from './product-classes.ts'
import { type ProductTerms, productTerms } from './product-terms.ts'
import { summarise, variantTitle } from './summarise.ts'

export const MAX_SEO_DESCRIPTION_LENGTH = 160

/** A stored product, with withdrawn variants and pictures. */
export interface ExistingProduct extends ProductClasses {
  id: string
  draftHash: string
  variants: {
    id: string
    sku: string | null
    optionValues: string[]
    withdrawn: boolean
    available: boolean
    /** Whether its stock is tracked. */
    tracked: boolean
  }[]
  pictures: { id: string; sourceUrl: string | null }[]
}

export interface PlannedPicture extends DraftPicture {
  id: string
}

/** All data to store for a product. Stored variants and pictures that are not in the plan are withdrawn. */
export interface ProductPlan {
  id: string
  /** The product is not stored yet, so there is nothing to withdraw. */
  isNew: boolean
  draft: ProductDraft
  draftHash: string
  seoTitle: string
  seoDescription: string
  classes: ProductClasses
  variants: { id: string; title: string; pictureId: string; draft: VariantDraft }[]
  /** Pictures that are only in the description come last. */
  pictures: PlannedPicture[]
  /** The sanitised description, in which pictures have the shop's URLs. */
  descriptionHtml: string
  categories: CategoryName[]
  summary: ProductSummary
  terms: ProductTerms
}

/**
 * Plans a product from a normalised draft: matches existing variants and pictures, and derives all other data. `makeId`
 * makes ids with a prefix.
 */
export function planProduct(
  draft: ProductDraft,
  draftHash: string,
  existing: ExistingProduct | undefined,
  makeId: (prefix: string) => string,
): ProductPlan {
  const id = existing?.id ?? makeId('prd')
  const pictures = planPictures(draft, existing, makeId)
  const matches = matchVariants(existing?.variants ?? [], draft.variants)
  const variants = draft.variants.map((variant, index) => ({
    id: matches[index]?.id ?? makeId('var'),
    title: variantTitle(draft.title, variant.optionValues),
    pictureId: (pictures.find(({ sourceUrl }) => sourceUrl === variant.pictureUrl) ?? pictures[0]!).id,
    draft: variant,
    available: matches[index]?.available ?? false,
    tracked: matches[index]?.tracked ?? true,
  }))
  const categories = categoriesOf(draft)
  const text = plainText(draft.descriptionHtml)
  return {
    id,
    isNew: existing === undefined,
    draft,
    draftHash,
    seoTitle: draft.seoTitle || draft.title,
    seoDescription: draft.seoDescription || excerpt(text, MAX_SEO_DESCRIPTION_LENGTH),
    classes: classesOf(draft, existing),
    variants,
    pictures,
    descriptionHtml: replacePictures(draft.descriptionHtml, (url) => {
      const picture = pictures.find(({ id, sourceUrl }) => url === sourceUrl || url === pictureUrl(id))
      return picture && pictureUrl(picture.id)
    }),
    categories,
    summary: summarise({
      id,
      handle: draft.handle,
      title: draft.title,
      vendor: draft.vendor,
      optionNames: draft.options.map(({ name }) => name),
      variants,
      picture: { url: pictureUrl(pictures[0]!.id), alt: pictures[0]!.alt },
    }),
    terms: productTerms({
      ...draft,
      text,
      optionValues: draft.options.flatMap(({ values }) => values),
      skus: draft.variants.flatMap(({ sku }) => sku ?? []),
    }),
  }
}

/** The path at which the shop serves a picture. */
export function pictureUrl(pictureId: string): string {
  return `/pictures/${pictureId}`
}

function planPictures(
  draft: ProductDraft,
  existing: ExistingProduct | undefined,
  makeId: (prefix: string) => string,
) {
  const pictures = draftPictures(draft, sourcesOf(descriptionPictures(draft.descriptionHtml), existing))
  const matches = matchPictures(existing?.pictures ?? [], pictures)
  return pictures.map((picture, index) => ({ id: matches[index]?.id ?? makeId('pic'), ...picture }))
}

/** Maps the shop's own URLs in a description back to the originals. Pictures without one are left out. */
function sourcesOf(
  pictures: readonly DescriptionPicture[],
  existing: ExistingProduct | undefined,
): { sourceUrl: string; alt: string }[] {
  return pictures.flatMap(({ url, alt }) => {
    const known = existing?.pictures.find(({ id }) => pictureUrl(id) === url)
    const sourceUrl = known ? known.sourceUrl : url
    // A URL of the shop that is left belongs to no picture of this product
    return sourceUrl === null || sourceUrl.startsWith('/') ? [] : [{ sourceUrl, alt }]
  })
}
