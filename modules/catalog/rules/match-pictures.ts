import type { ProductDraft } from '../contract.ts'

/** The most pictures of a product, as in the schema of drafts. */
const MAX_PICTURES = 250

export interface DraftPicture {
  /** null: the shop shows a placeholder */
  sourceUrl: string | null
  alt: string
  /** Whether it is shown in the description only. */
  isInDescription: boolean
}

/**
 * The pictures of a product: first those of the draft, then those of its variants, or one without an original if there
 * are none. Then come pictures that are only in the description, as long as there are fewer than MAX_PICTURES.
 */
export function draftPictures(
  draft: ProductDraft,
  inDescription: readonly { sourceUrl: string; alt: string }[] = [],
): DraftPicture[] {
  const pictures: DraftPicture[] = galleryPictures(draft).map((picture) => ({
    ...picture,
    isInDescription: false,
  }))
  const urls = new Set(pictures.map(({ sourceUrl }) => sourceUrl))
  for (const { sourceUrl, alt } of inDescription) {
    if (urls.has(sourceUrl) || pictures.length >= MAX_PICTURES) continue
    urls.add(sourceUrl)
    pictures.push({ sourceUrl, alt, isInDescription: true })
  }
  return pictures
}

function galleryPictures(draft: ProductDraft): { sourceUrl: string | null; alt: string }[] {
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
 * Finds for each picture the existing one with the same original; undefined for a new one. Its URL then stays the same,
 * and browsers can cache it.
 */
export function matchPictures<Existing extends Pick<DraftPicture, 'sourceUrl'>>(
  existing: readonly Existing[],
  pictures: readonly Pick<DraftPicture, 'sourceUrl'>[],
): (Existing | undefined)[] {
  const bySource = Map.groupBy(existing, ({ sourceUrl }) => sourceUrl)
  return pictures.map(({ sourceUrl }) => bySource.get(sourceUrl)?.shift())
}
