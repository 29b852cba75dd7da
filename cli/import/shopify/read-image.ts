import { parseWholeNumber } from './parse-cells.ts'
import { type ProductDraft, shortened, warn } from './product-draft.ts'
import type { ImageRecord } from './product-record.ts'
import { readImageUrl } from './read-variant.ts'
import { cell, type Row } from './row.ts'

/** The same limit as in Shopify. */
export const MAX_IMAGES = 250

const MAX_ALT_LENGTH = 512

/** Adds the image of a row to the product. A second row with the same address is the same image. */
export function addImage(draft: ProductDraft, row: Row) {
  const hasUrlCell = cell(row, 'imageUrl') !== ''
  const url = readImageUrl(draft, row, 'imageUrl')
  const alt = shortened(draft, row, 'imageAlt', cell(row, 'imageAlt'), MAX_ALT_LENGTH)
  if ((hasUrlCell && url === null) || (url === null && alt === '')) return
  const known = draft.images.find((image) => image.url === url && (url !== null || image.alt === alt))
  if (known) {
    known.alt ||= alt
    return
  }
  if (draft.images.length === MAX_IMAGES) {
    warn(draft, row, 'imageUrl', 'IMAGE_LIMIT', `Left out this image: a product has at most ${MAX_IMAGES}`)
    return
  }
  draft.images.push({ url, alt, position: parseWholeNumber(cell(row, 'imagePosition')) })
}

/** The images of a product in order of position. An image without a position follows the previous one in the file. */
export function orderImages(draft: ProductDraft): ImageRecord[] {
  let position = 0
  const positioned = draft.images.map((image) => {
    position = image.position ?? position
    return { ...image, position }
  })
  return positioned
    .sort((one, other) => one.position - other.position)
    .map((image, index) => ({ ...image, position: index + 1 }))
}
