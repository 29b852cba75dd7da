import type { ProductDraft, ProductSummary } from '../contract.ts'
import { type CategoryName, categoriesOf } from './categories-of.ts'
import { type DescribedPicture, describedPictures, placePictures } from './described-pictures.ts'
import { matchPictures, type WantedPicture, wantedPictures } from './match-pictures.ts'
import { matchVariants } from './match-variants.ts'
import { excerpt, plainText } from './plain-text.ts'
import { type SearchTexts, searchTexts } from './search-texts.ts'
import type { VariantDraft } from './settle-draft.ts'
import { summarise, variantTitle } from './summarise.ts'

export const MAX_SEO_DESCRIPTION_LENGTH = 160

/** What the database has of a product that is imported again, withdrawn variants and pictures included. */
export interface ExistingProduct {
  id: string
  title: string
  type: string
  draftHash: string
  variants: {
    id: string
    sku: string | null
    optionValues: string[]
    withdrawn: boolean
    available: boolean
    /** Whether its stock is counted. */
    tracked: boolean
  }[]
  pictures: { id: string; sourceUrl: string | null; withdrawn: boolean }[]
}

export interface PlannedPicture extends WantedPicture {
  id: string
}

/** Everything that is to be stored of a product. Variants and pictures that are not in it are withdrawn. */
export interface ProductPlan {
  id: string
  /** Nothing is stored of it yet, so that nothing has to be taken away. */
  isNew: boolean
  draft: ProductDraft
  draftHash: string
  seoTitle: string
  seoDescription: string
  variants: { id: string; title: string; pictureId: string; draft: VariantDraft }[]
  /** Those that are only in the description come last. */
  pictures: PlannedPicture[]
  /** With its pictures where the shop serves them. */
  descriptionHtml: string
  categories: CategoryName[]
  summary: ProductSummary
  search: SearchTexts
}

/**
 * Decides what becomes of a settled draft: which existing variants and pictures it means, and everything that follows
 * from it. `makeId` makes ids with a prefix.
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
    variants,
    pictures,
    descriptionHtml: placePictures(draft.descriptionHtml, (address) => {
      const picture = pictures.find(
        ({ id, sourceUrl }) => address === sourceUrl || address === pictureUrl(id),
      )
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
    search: searchTexts({
      ...draft,
      text,
      optionValues: draft.options.flatMap(({ values }) => values),
      skus: draft.variants.flatMap(({ sku }) => sku ?? []),
    }),
  }
}

/** Where the shop serves a picture, whatever its original is. */
export function pictureUrl(pictureId: string): string {
  return `/pictures/${pictureId}`
}

function planPictures(
  draft: ProductDraft,
  existing: ExistingProduct | undefined,
  makeId: (prefix: string) => string,
) {
  const wanted = wantedPictures(draft, sourcesOf(describedPictures(draft.descriptionHtml), existing))
  const keepDrawn = existing?.title === draft.title && existing.type === draft.type
  const matches = matchPictures(existing?.pictures ?? [], wanted, keepDrawn)
  return wanted.map((picture, index) => ({ id: matches[index]?.id ?? makeId('pic'), ...picture }))
}

/** A description that was read from the shop names its pictures as the shop serves them. */
function sourcesOf(
  described: readonly DescribedPicture[],
  existing: ExistingProduct | undefined,
): { sourceUrl: string; alt: string }[] {
  return described.flatMap(({ address, alt }) => {
    const known = existing?.pictures.find(({ id }) => pictureUrl(id) === address)
    const sourceUrl = known ? known.sourceUrl : address
    return sourceUrl === null || sourceUrl.startsWith('/') ? [] : [{ sourceUrl, alt }]
  })
}
