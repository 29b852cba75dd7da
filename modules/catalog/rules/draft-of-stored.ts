import { firstCharacters } from '#shared/text.ts'
import type { ProductDraft, VariantDraft } from '../contract.ts'
import { replacePictures } from './description-pictures.ts'
import { draftPictures } from './match-pictures.ts'
import { excerpt, plainText } from './plain-text.ts'
import { MAX_SEO_DESCRIPTION_LENGTH, pictureUrl } from './plan-product.ts'
import type { ProductClasses } from './product-classes.ts'

/** A stored product with the variants and pictures that are not withdrawn, in their order. */
export interface StoredProduct
  extends Pick<
      ProductDraft,
      | 'handle'
      | 'title'
      | 'descriptionHtml'
      | 'vendor'
      | 'type'
      | 'tags'
      | 'published'
      | 'options'
      | 'seoTitle'
      | 'seoDescription'
    >,
    ProductClasses {
  variants: (Omit<VariantDraft, 'pictureUrl' | 'compareAtPrice' | 'weightGrams'> & {
    compareAtAmount: number | null
    weightMilligrams: number
    pictureId: string
  })[]
  pictures: StoredPicture[]
}

interface StoredPicture {
  id: string
  sourceUrl: string | null
  alt: string
  /** Whether it is shown in the description only. */
  isInDescription: boolean
}

/** As in the schema of drafts. Derived texts, such as those of variants' pictures, may be longer. */
const MAX_ALT_LENGTH = 512

/**
 * Makes a draft that reproduces the stored product. It leaves out members with the values that the shop would derive,
 * so that they are derived again when the draft changes: texts for search engines, alternative texts, pictures that
 * come from variants, and the first picture of a variant.
 */
export function draftOfStored(stored: StoredProduct): ProductDraft {
  const { handle, title, descriptionHtml, vendor, type, tags, published, options } = stored
  const { taxClass, shippingClass } = stored
  const ownPictures = stored.pictures.filter(({ isInDescription }) => !isInDescription)
  const ownSeoDescription =
    stored.seoDescription !== excerpt(plainText(descriptionHtml), MAX_SEO_DESCRIPTION_LENGTH)
  const draft = {
    handle,
    title,
    descriptionHtml: restoreOriginalUrls(descriptionHtml, stored.pictures),
    vendor,
    type,
    tags,
    published,
    options,
    variants: stored.variants.map((variant) => variantDraftOf(variant, ownPictures)),
    pictures: ownPictures.map(({ sourceUrl, alt }) => ({
      url: sourceUrl,
      alt: alt === title ? '' : firstCharacters(alt, MAX_ALT_LENGTH),
    })),
    seoTitle: stored.seoTitle === title ? '' : stored.seoTitle,
    seoDescription: ownSeoDescription ? stored.seoDescription : '',
    taxClass,
    shippingClass,
  }
  return { ...draft, pictures: dropImpliedPictures(draft, ownPictures) }
}

function variantDraftOf(
  { compareAtAmount, weightMilligrams, pictureId, ...variant }: StoredProduct['variants'][number],
  ownPictures: readonly StoredPicture[],
): VariantDraft {
  const { currency } = variant.price
  const index = ownPictures.findIndex(({ id }) => id === pictureId)
  return {
    ...variant,
    compareAtPrice: compareAtAmount === null ? null : { amount: compareAtAmount, currency },
    weightGrams: weightMilligrams / 1000,
    // A variant without a picture of its own gets the first one again
    pictureUrl: index > 0 ? ownPictures[index]!.sourceUrl : null,
  }
}

/** The draft's pictures without the last ones that `draftPictures` would add again. */
function dropImpliedPictures(
  draft: ProductDraft,
  ownPictures: readonly StoredPicture[],
): ProductDraft['pictures'] {
  for (let count = 0; count < ownPictures.length; count++) {
    const pictures = draft.pictures.slice(0, count)
    const derived = draftPictures({ ...draft, pictures })
    const isSame =
      derived.length === ownPictures.length &&
      derived.every(
        ({ sourceUrl, alt }, index) =>
          sourceUrl === ownPictures[index]!.sourceUrl && alt === ownPictures[index]!.alt,
      )
    if (isSame) return pictures
  }
  return draft.pictures
}

function restoreOriginalUrls(html: string, pictures: readonly StoredPicture[]): string {
  const originals = new Map(pictures.map(({ id, sourceUrl }) => [pictureUrl(id), sourceUrl]))
  return replacePictures(html, (url) => encodeEntities(originals.get(url) ?? url))
}

/** Escapes a URL as sanitize-html does in attributes. */
function encodeEntities(url: string): string {
  return url
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
