import { parseWholeNumber } from './parse-cells.ts'
import { type ProductDraft, shortened, warn } from './product-draft.ts'
import type { ImageRecord } from './product-record.ts'
import { readWebUrl } from './read-variant.ts'
import { cell, type Row } from './row.ts'

/** As many pictures as a product can have at Shopify. */
export const MAX_IMAGES = 250

const MAX_ALT_LENGTH = 512

/** Adds a row's picture to the product. A second row with the same address is the same picture. */
export function addImage(draft: ProductDraft, row: Row) {
  const isGiven = cell(row, 'imageUrl') !== ''
  const url = readWebUrl(draft, row, 'imageUrl')
  const alt = shortened(draft, row, 'imageAlt', cell(row, 'imageAlt'), MAX_ALT_LENGTH)
  if ((isGiven && url === null) || (url === null && alt === '')) return
  const known = draft.images.find((image) => image.url === url && (url !== null || image.alt === alt))
  if (known) {
    known.alt ||= alt
    return
  }
  if (draft.images.length === MAX_IMAGES) {
    warn(draft, row, 'imageUrl', 'IMAGE_LIMIT', `Left out this picture: a product has ${MAX_IMAGES} at most`)
    return
  }
  draft.images.push({ url, alt, position: parseWholeNumber(cell(row, 'imagePosition')) })
}

/** The product's pictures in order: those with a position by it, the others after the one before them in the file. */
export function settleImages(draft: ProductDraft): ImageRecord[] {
  let before = 0
  const placed = draft.images.map((image) => {
    before = image.position ?? before
    return { ...image, position: before }
  })
  return placed
    .sort((one, other) => one.position - other.position)
    .map((image, index) => ({ ...image, position: index + 1 }))
}
