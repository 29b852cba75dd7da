import { type Money, minorDigits } from '#shared/money.ts'
import { samplePictureFile } from '#shared/sample-picture.ts'
import { countOf } from '#shared/text.ts'
import type { ColumnKey } from './columns.ts'
import { type OpenProduct, type OpenVariant, shortened, warn } from './open-product.ts'
import { parseFlag, parseWebUrl, parseWeight, parseWholeNumber, rewriteHint } from './parse-cells.ts'
import { isAmbiguousPrice, parsePrice } from './parse-price.ts'
import { readFlag } from './read-facts.ts'
import type { RowProblem, VariantStock } from './reader-output.ts'
import { cell, problem, quoted, type Row } from './row.ts'

const MAX_TEXT_LENGTH = 255
const MAX_STOCK = 1_000_000_000

/** The values of Shopify's inventory tracker. With any of them, Pando counts the variant's stock. */
const TRACKERS = ['shopify', 'shipwire', 'amazon_marketplace_web']

/** Whether the row is a variant: rows with only an image have none of these cells. */
export function isVariantRow(row: Row): boolean {
  const keys: ColumnKey[] = ['option1Value', 'option2Value', 'option3Value', 'price', 'sku', 'barcode']
  return keys.some((key) => cell(row, key) !== '')
}

/** Reads the row of a variant. Returns a problem when its price is missing or invalid, because prices are never guessed. */
export function readVariant(product: OpenProduct, row: Row, currency: string): OpenVariant | RowProblem {
  const text = cell(row, 'price')
  if (text === '') {
    const message = 'Left out this variant: it has no price; enter one'
    return problem(row, product.handle, 'price', 'PRICE_MISSING', message)
  }
  const price = parsePrice(text, currency)
  if (!price.ok) {
    const message = `Left out this variant: the price ${quoted(text)} ${price.reason}`
    return problem(row, product.handle, 'price', price.code, message)
  }
  warnIfAmbiguous(product, row, 'price', price.minor, currency)
  return {
    row,
    optionCells: [
      shortened(product, row, 'option1Value', cell(row, 'option1Value'), MAX_TEXT_LENGTH),
      shortened(product, row, 'option2Value', cell(row, 'option2Value'), MAX_TEXT_LENGTH),
      shortened(product, row, 'option3Value', cell(row, 'option3Value'), MAX_TEXT_LENGTH),
    ],
    stock: readStock(product, row),
    facts: {
      sku: shortened(product, row, 'sku', withoutTextMark(cell(row, 'sku')), MAX_TEXT_LENGTH) || null,
      price: { amount: price.minor, currency },
      compareAtPrice: readCompareAtPrice(product, row, price.minor, currency),
      weightGrams: readWeight(product, row),
      requiresShipping: readFlag(product, row, 'requiresShipping', { empty: true, invalid: true }),
      taxable: readFlag(product, row, 'taxable', { empty: true, invalid: true }),
      barcode: readBarcode(product, row),
      pictureUrl: readImageUrl(product, row, 'variantImageUrl'),
    },
  }
}

/** Adds a warning with the amount that was read when a price could also be read as another amount. */
function warnIfAmbiguous(
  product: OpenProduct,
  row: Row,
  key: 'price' | 'compareAtPrice',
  minor: number,
  currency: string,
): void {
  const text = cell(row, key)
  if (!isAmbiguousPrice(text, currency)) return
  const digits = minorDigits(currency)
  const amount = (minor / 10 ** digits).toFixed(digits)
  const message = `Imported as ${amount}: ${quoted(text)}; write it as ${amount} if that is meant`
  warn(product, row, key, 'PRICE_READ_AS', message)
}

function readCompareAtPrice(product: OpenProduct, row: Row, price: number, currency: string): Money | null {
  const text = cell(row, 'compareAtPrice')
  if (text === '') return null
  const parsed = parsePrice(text, currency)
  if (!parsed.ok) {
    const message = `Imported without the compare-at price: ${quoted(text)} ${parsed.reason}`
    warn(product, row, 'compareAtPrice', 'COMPARE_AT_INVALID', message)
    return null
  }
  if (parsed.minor > price) {
    warnIfAmbiguous(product, row, 'compareAtPrice', parsed.minor, currency)
    return { amount: parsed.minor, currency }
  }
  if (parsed.minor > 0) {
    const message = `Imported without the compare-at price: ${quoted(text)} is not higher than the price`
    warn(product, row, 'compareAtPrice', 'COMPARE_AT_NOT_HIGHER', message)
  }
  return null
}

/**
 * As in Shopify, an empty `Variant Inventory Tracker` means that the stock is not tracked and the variant is always
 * available. In a file without that column, variants with a quantity are tracked. An empty quantity is unknown, not zero.
 */
function readStock(product: OpenProduct, row: Row): VariantStock {
  const written = cell(row, 'quantity')
  const hasTrackerColumn = row.columns.at.tracker !== undefined
  const isTracked = hasTrackerColumn ? readTracker(product, row) : written !== ''
  if (isTracked) {
    const quantity = readQuantity(product, row, written)
    const backorder = readPolicy(product, row)
    return quantity === null ? { backorder } : { quantity, backorder }
  }
  if ((parseWholeNumber(written) ?? 0) !== 0) {
    const message =
      `Imported as always available: the quantity is ${quoted(written)}, but the stock is not tracked, because ` +
      "'Variant Inventory Tracker' is empty; write 'shopify' there to track it"
    warn(product, row, 'quantity', 'STOCK_NOT_TRACKED', message)
  }
  return { quantity: null, backorder: readPolicy(product, row) }
}

/** Whether the stock is tracked. */
function readTracker(product: OpenProduct, row: Row): boolean {
  const tracker = cell(row, 'tracker')
  if (tracker !== '' && !TRACKERS.includes(tracker.toLowerCase())) {
    const message = `Imported as shopify, so the stock is tracked: ${quoted(tracker)} is unknown; use shopify, or leave it empty if the stock is not tracked`
    warn(product, row, 'tracker', 'TRACKER_UNKNOWN', message)
  }
  return tracker !== ''
}

/** Null when the quantity is unknown. */
function readQuantity(product: OpenProduct, row: Row, written: string): number | null {
  if (written === '') return null
  const quantity = parseWholeNumber(written)
  if (quantity === null || quantity > MAX_STOCK) {
    const message = `Imported without a quantity: ${quoted(written)} is not a number of pieces`
    warn(product, row, 'quantity', 'STOCK_INVALID', message)
    return null
  }
  if (quantity >= 0) {
    const hint = rewriteHint(written, quantity)
    if (hint !== null) {
      const message = `Imported as ${countOf(quantity, 'piece')}: ${quoted(written)}; ${hint}`
      warn(product, row, 'quantity', 'STOCK_READ_AS', message)
    }
    return quantity
  }
  warn(product, row, 'quantity', 'STOCK_NEGATIVE', `Imported as 0: the quantity is ${quantity}`)
  return 0
}

/** Whether the variant can be bought when it is out of stock. */
function readPolicy(product: OpenProduct, row: Row): boolean {
  const policy = cell(row, 'policy')
  if (['', 'deny'].includes(policy.toLowerCase())) return false
  if (policy.toLowerCase() === 'continue') return true
  const flag = parseFlag(policy)
  if (flag !== null) return flag
  const message = `Imported as deny, so that nothing is sold that is out of stock: ${quoted(policy)} is unknown; use deny or continue`
  warn(product, row, 'policy', 'POLICY_UNKNOWN', message)
  return false
}

/** In grams, to the milligram. */
function readWeight(product: OpenProduct, row: Row): number {
  const text = cell(row, 'grams')
  const grams = text === '' ? 0 : parseWeight(text)
  if (grams !== null) {
    const hint = rewriteHint(text, grams)
    if (hint !== null) {
      warn(product, row, 'grams', 'WEIGHT_READ_AS', `Imported as ${grams} g: ${quoted(text)}; ${hint}`)
    }
    return grams
  }
  warn(product, row, 'grams', 'WEIGHT_INVALID', `Imported as 0: ${quoted(text)} is not a weight in grams`)
  return 0
}

function readBarcode(product: OpenProduct, row: Row): string | null {
  const text = shortened(product, row, 'barcode', withoutTextMark(cell(row, 'barcode')), MAX_TEXT_LENGTH)
  // Spreadsheets round long numbers to this form, which loses the last digits
  if (/^\d[.,]\d+E\+?\d+$/i.test(text)) {
    const message = `Imported without the barcode: a spreadsheet has rounded it to ${quoted(text)}`
    warn(product, row, 'barcode', 'BARCODE_DAMAGED', message)
    return null
  }
  return text || null
}

/** Reads the cell with the address of an image, on the web or in the sample; null, with a warning, for other texts. */
export function readImageUrl(
  product: OpenProduct,
  row: Row,
  key: 'imageUrl' | 'variantImageUrl',
): string | null {
  const text = cell(row, key)
  if (text === '') return null
  const url = samplePictureFile(text) === undefined ? parseWebUrl(text) : text
  if (url === null) {
    const message = `Left out this image: ${quoted(text)} is not a web address; use one that starts with https://`
    warn(product, row, key, 'IMAGE_URL_INVALID', message)
  }
  return url
}

/** Removes the apostrophe that exports put before numbers to make spreadsheets keep leading zeros. */
function withoutTextMark(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text
}
