import { isClassName } from '#shared/class-name.ts'
import { cleanDescription, MAX_DESCRIPTION_LENGTH } from './clean-description.ts'
import { type OpenProduct, type ProductFacts, shortened, warn } from './open-product.ts'
import { parseFlag, parseTags } from './parse-cells.ts'
import { cell, quoted, type Row, rawCell } from './row.ts'

const MAX_TEXT_LENGTH = 255
const MAX_SEO_DESCRIPTION_LENGTH = 1000
const MAX_TAGS = 250

/** Reads the values that apply to the whole product, from the row with its title. Adds warnings to `product`. */
export function readFacts(product: OpenProduct, row: Row): ProductFacts {
  return {
    title: shortened(product, row, 'title', cell(row, 'title'), MAX_TEXT_LENGTH),
    descriptionHtml: readDescription(product, row),
    vendor: shortened(product, row, 'vendor', cell(row, 'vendor'), MAX_TEXT_LENGTH),
    type: shortened(product, row, 'type', cell(row, 'type'), MAX_TEXT_LENGTH),
    tags: readTags(product, row),
    published: readPublished(product, row),
    seoTitle: shortened(product, row, 'seoTitle', cell(row, 'seoTitle'), MAX_TEXT_LENGTH),
    seoDescription: shortened(
      product,
      row,
      'seoDescription',
      cell(row, 'seoDescription'),
      MAX_SEO_DESCRIPTION_LENGTH,
    ),
    ...readClass(product, row, 'taxClass'),
    ...readClass(product, row, 'shippingClass'),
  }
}

function readDescription(product: OpenProduct, row: Row): string {
  const written = rawCell(row, 'description')
  const { html, willBeRemoved, isCut } = cleanDescription(written)
  if (willBeRemoved.length > 0) {
    const message = `Removed from the description: ${willBeRemoved.join(', ')}; only text with simple markup, and images with web addresses, are kept`
    warn(product, row, 'description', 'DESCRIPTION_PARTS_REMOVED', message)
  }
  if (isCut) {
    const message = `Shortened to ${MAX_DESCRIPTION_LENGTH} characters: the description has ${written.length}`
    warn(product, row, 'description', 'TEXT_SHORTENED', message)
  }
  return html
}

function readTags(product: OpenProduct, row: Row): string[] {
  const tags = parseTags(cell(row, 'tags'))
  if (tags.length > MAX_TAGS) {
    const message = `Shortened to ${MAX_TAGS} tags: there are ${tags.length}`
    warn(product, row, 'tags', 'TEXT_SHORTENED', message)
  }
  return tags.slice(0, MAX_TAGS).map((tag) => shortened(product, row, 'tags', tag, MAX_TEXT_LENGTH))
}

/**
 * Whether the product is published: `Published` is true or empty, as in Shopify, the status is active, and it is not a
 * gift card. An invalid value of one of them counts as unpublished.
 */
function readPublished(product: OpenProduct, row: Row): boolean {
  // An invalid cell may mean a gift card, which must not be sold
  const isGiftCard = readFlag(product, row, 'giftCard', { empty: false, invalid: true })
  if (isGiftCard) {
    const message = 'Imported unpublished: gift cards are not supported and would be sold as goods'
    warn(product, row, 'giftCard', 'GIFT_CARD_HIDDEN', message)
  }
  const isActive = readActive(product, row)
  return readFlag(product, row, 'published', { empty: true, invalid: false }) && isActive && !isGiftCard
}

function readActive(product: OpenProduct, row: Row): boolean {
  const status = cell(row, 'status').toLowerCase()
  if (['', 'active'].includes(status)) return true
  if (!['draft', 'archived', 'unlisted'].includes(status)) {
    const message = `Imported unpublished: the status ${quoted(status)} is unknown; use active, draft or archived`
    warn(product, row, 'status', 'STATUS_UNKNOWN', message)
  }
  return false
}

/** A class as pricing names it: in lower case, with hyphens. A product without one keeps its class. */
function readClass(
  product: OpenProduct,
  row: Row,
  key: 'taxClass' | 'shippingClass',
): Pick<ProductFacts, 'taxClass' | 'shippingClass'> {
  const text = cell(row, key)
  if (text === '') return {}
  const name = text.toLowerCase().replaceAll(' ', '-')
  if (isClassName(name)) return { [key]: name }
  const what = key === 'taxClass' ? 'tax class' : 'shipping class'
  const message = `Imported without the ${what}: ${quoted(text)} is not the name of a class; use up to 40 letters, digits and hyphens`
  warn(product, row, key, 'CLASS_INVALID', message)
  return {}
}

/** Reads a yes-or-no cell. `meaning`: the value of an empty cell, and of an invalid one, for which a warning is added. */
export function readFlag(
  product: OpenProduct,
  row: Row,
  key: 'published' | 'giftCard' | 'requiresShipping' | 'taxable',
  meaning: { empty: boolean; invalid: boolean },
): boolean {
  const text = cell(row, key)
  if (text === '') return meaning.empty
  const flag = parseFlag(text)
  if (flag !== null) return flag
  const message = `Imported as ${meaning.invalid}: ${quoted(text)} is neither true nor false; use one of them`
  warn(product, row, key, 'FLAG_INVALID', message)
  return meaning.invalid
}
