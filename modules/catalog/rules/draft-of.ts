import { firstCharacters } from '#shared/text.ts'
import type { ProductDraft } from '../contract.ts'
import { placePictures } from './described-pictures.ts'
import { wantedPictures } from './match-pictures.ts'
import { excerpt, plainText } from './plain-text.ts'
import { MAX_SEO_DESCRIPTION_LENGTH, pictureUrl } from './plan-product.ts'

/** What is stored of a product and not withdrawn, its variants and pictures in their order. */
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
  > {
  variants: (Omit<ProductDraft['variants'][number], 'pictureUrl' | 'compareAtPrice' | 'weightGrams'> & {
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
  described: boolean
}

const MAX_ALT_LENGTH = 512

/**
 * A draft that makes the product as it is. What a draft may leave to the shop is left out where it is what the shop would
 * make of it, so that it follows when the draft is changed: texts for search engines, alternative texts, pictures that
 * only variants name, and the first picture as that of a variant.
 */
export function draftOf(stored: StoredProduct): ProductDraft {
  const { handle, title, descriptionHtml, vendor, type, tags, published, options } = stored
  const shown = stored.pictures.filter(({ described }) => !described)
  const ownSeoDescription =
    stored.seoDescription !== excerpt(plainText(descriptionHtml), MAX_SEO_DESCRIPTION_LENGTH)
  const draft = {
    ...{
      handle,
      title,
      descriptionHtml: withOriginals(descriptionHtml, stored.pictures),
      vendor,
      type,
      tags,
    },
    ...{ published, options },
    variants: stored.variants.map((variant) => variantOf(variant, shown)),
    pictures: shown.map(({ sourceUrl, alt }) => ({
      url: sourceUrl,
      alt: alt === title ? '' : firstCharacters(alt, MAX_ALT_LENGTH),
    })),
    seoTitle: stored.seoTitle === title ? '' : stored.seoTitle,
    seoDescription: ownSeoDescription ? stored.seoDescription : '',
  }
  return { ...draft, pictures: withoutImplied(draft, shown) }
}

function variantOf(
  { compareAtAmount, weightMilligrams, pictureId, ...variant }: StoredProduct['variants'][number],
  shown: readonly StoredPicture[],
): ProductDraft['variants'][number] {
  const { currency } = variant.price
  const picture = shown.findIndex(({ id }) => id === pictureId)
  return {
    ...variant,
    compareAtPrice: compareAtAmount === null ? null : { amount: compareAtAmount, currency },
    weightGrams: weightMilligrams / 1000,
    pictureUrl: picture > 0 ? shown[picture]!.sourceUrl : null,
  }
}

/** The draft's pictures without those at the end that it would get by itself. */
function withoutImplied(draft: ProductDraft, shown: readonly StoredPicture[]): ProductDraft['pictures'] {
  for (let count = 0; count < shown.length; count++) {
    const pictures = draft.pictures.slice(0, count)
    const made = wantedPictures({ ...draft, pictures })
    const isSame =
      made.length === shown.length &&
      made.every(({ sourceUrl, alt }, at) => sourceUrl === shown[at]!.sourceUrl && alt === shown[at]!.alt)
    if (isSame) return pictures
  }
  return draft.pictures
}

function withOriginals(html: string, pictures: readonly StoredPicture[]): string {
  const originals = new Map(pictures.map(({ id, sourceUrl }) => [pictureUrl(id), sourceUrl]))
  return placePictures(html, (address) => encoded(originals.get(address) ?? address))
}

/** As sanitised HTML has an address in an attribute. */
function encoded(address: string): string {
  return address
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
