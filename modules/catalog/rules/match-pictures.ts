import type { ProductDraft } from '../contract.ts'

export interface WantedPicture {
  /** null: drawn by the shop */
  sourceUrl: string | null
  alt: string
}

export interface ExistingPicture {
  id: string
  sourceUrl: string | null
  withdrawn: boolean
}

/**
 * The pictures of a product: those of the draft, then those that only a variant names. At least one, so that a page
 * never has to do without.
 */
export function wantedPictures(draft: ProductDraft): WantedPicture[] {
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
  wanted: readonly WantedPicture[],
  keepDrawn: boolean,
): (Existing | undefined)[] {
  const usable = existing.filter(
    ({ sourceUrl, withdrawn }) => sourceUrl !== null || (keepDrawn && !withdrawn),
  )
  const bySource = Map.groupBy(usable, ({ sourceUrl }) => sourceUrl)
  return wanted.map(({ sourceUrl }) => bySource.get(sourceUrl)?.shift())
}
