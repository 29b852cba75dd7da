import type { ProductDraft } from '../contract.ts'

/** As many as a draft may name. */
const MAX_PICTURES = 250

export interface WantedPicture {
  /** null: drawn by the shop */
  sourceUrl: string | null
  alt: string
  /** Whether it is in the description only, and not beside the product. */
  isDescribed: boolean
}

export interface ExistingPicture {
  id: string
  sourceUrl: string | null
  withdrawn: boolean
}

/**
 * The pictures of a product: those of the draft, then those that only a variant names, at least one, so that a page
 * never has to do without; then those that are only in its description, as many as a product may have in all.
 */
export function wantedPictures(
  draft: ProductDraft,
  described: readonly { sourceUrl: string; alt: string }[] = [],
): WantedPicture[] {
  const pictures: WantedPicture[] = shownPictures(draft).map((picture) => ({
    ...picture,
    isDescribed: false,
  }))
  const urls = new Set(pictures.map(({ sourceUrl }) => sourceUrl))
  for (const { sourceUrl, alt } of described) {
    if (urls.has(sourceUrl) || pictures.length >= MAX_PICTURES) continue
    urls.add(sourceUrl)
    pictures.push({ sourceUrl, alt, isDescribed: true })
  }
  return pictures
}

function shownPictures(draft: ProductDraft): { sourceUrl: string | null; alt: string }[] {
  const pictures = draft.pictures.map(({ url, alt }) => ({
    sourceUrl: url,
    alt: alt === '' ? draft.title : alt,
  }))
  const urls = new Set(pictures.map(({ sourceUrl }) => sourceUrl))
  for (const { pictureUrl, optionValues } of draft.variants) {
    if (pictureUrl === null || urls.has(pictureUrl)) continue
    urls.add(pictureUrl)
    pictures.push({ sourceUrl: pictureUrl, alt: [draft.title, ...optionValues].join(', ') })
  }
  return pictures.length > 0 ? pictures : [{ sourceUrl: null, alt: draft.title }]
}

/**
 * Finds for each wanted picture the existing one with the same original, so that its address stays and browsers keep
 * it. A drawn picture shows the product's title and type: `keepDrawn` tells that they are still the same.
 */
export function matchPictures<Existing extends ExistingPicture>(
  existing: readonly Existing[],
  wanted: readonly Pick<WantedPicture, 'sourceUrl'>[],
  keepDrawn: boolean,
): (Existing | undefined)[] {
  const usable = existing.filter(
    ({ sourceUrl, withdrawn }) => sourceUrl !== null || (keepDrawn && !withdrawn),
  )
  const bySource = Map.groupBy(usable, ({ sourceUrl }) => sourceUrl)
  return wanted.map(({ sourceUrl }) => bySource.get(sourceUrl)?.shift())
}
