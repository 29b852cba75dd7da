import type { ProductDraft } from '#modules/catalog/contract.ts'
import { type OpenProduct, shortened, warn } from './open-product.ts'
import { parseWholeNumber } from './parse-cells.ts'
import { readImageUrl } from './read-variant.ts'
import { cell, type Row } from './row.ts'

/** The same limit as in Shopify. */
export const MAX_IMAGES = 250

const MAX_ALT_LENGTH = 512

/** Adds the image of a row to the product. A second row with the same URL is the same image. */
export function addImage(product: OpenProduct, row: Row) {
  const hasUrlCell = cell(row, 'imageUrl') !== ''
  const url = readImageUrl(product, row, 'imageUrl')
  const alt = shortened(product, row, 'imageAlt', cell(row, 'imageAlt'), MAX_ALT_LENGTH)
  if ((hasUrlCell && url === null) || (url === null && alt === '')) return
  const sameImage = product.images.find((image) => image.url === url && (url !== null || image.alt === alt))
  if (sameImage) {
    sameImage.alt ||= alt
    return
  }
  if (product.images.length === MAX_IMAGES) {
    warn(product, row, 'imageUrl', 'IMAGE_LIMIT', `Left out this image: a product has at most ${MAX_IMAGES}`)
    return
  }
  product.images.push({ url, alt, position: parseWholeNumber(cell(row, 'imagePosition')) })
}

/** The images of a product in order of position. An image without a position follows the previous one in the file. */
export function orderImages(product: OpenProduct): ProductDraft['pictures'] {
  let position = 0
  const positioned = product.images.map((image) => {
    position = image.position ?? position
    return { ...image, position }
  })
  return positioned.sort((one, other) => one.position - other.position).map(({ url, alt }) => ({ url, alt }))
}
