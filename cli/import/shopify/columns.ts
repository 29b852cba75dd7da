import { firstCharacters } from '#shared/text.ts'
import type { BrokenRow, CsvRow } from './csv-rows.ts'
import { ShopifyFileError } from './file-error.ts'
import type { RowWarning } from './reader-output.ts'

/** The names of each column, those of older exports first. Letter case, spaces and punctuation are ignored. */
const NAMES = {
  handle: ['Handle', 'URL handle'],
  title: ['Title'],
  description: ['Body (HTML)', 'Body', 'Description'],
  vendor: ['Vendor'],
  type: ['Type', 'Custom Product Type', 'Product Type'],
  tags: ['Tags'],
  published: ['Published', 'Published on online store'],
  status: ['Status'],
  option1Name: ['Option1 Name'],
  option1Value: ['Option1 Value'],
  option2Name: ['Option2 Name'],
  option2Value: ['Option2 Value'],
  option3Name: ['Option3 Name'],
  option3Value: ['Option3 Value'],
  sku: ['Variant SKU', 'SKU'],
  grams: ['Variant Grams', 'Weight value (grams)'],
  tracker: ['Variant Inventory Tracker', 'Inventory tracker'],
  quantity: ['Variant Inventory Qty', 'Inventory quantity'],
  policy: ['Variant Inventory Policy', 'Continue selling when out of stock'],
  price: ['Variant Price', 'Price'],
  compareAtPrice: ['Variant Compare At Price', 'Compare-at price'],
  requiresShipping: ['Variant Requires Shipping', 'Requires shipping'],
  taxable: ['Variant Taxable', 'Charge tax'],
  barcode: ['Variant Barcode', 'Barcode'],
  imageUrl: ['Image Src', 'Product image URL'],
  imagePosition: ['Image Position'],
  imageAlt: ['Image Alt Text'],
  variantImageUrl: ['Variant Image', 'Variant image URL'],
  giftCard: ['Gift Card'],
  seoTitle: ['SEO Title'],
  seoDescription: ['SEO Description'],
  taxClass: ['Tax class'],
  shippingClass: ['Shipping class'],
} as const

export type ColumnKey = keyof typeof NAMES

/** Columns of metafields that hold a class, whatever their display name and namespace: `Tax (product.metafields.custom.tax_class)`. */
const CLASS_METAFIELD = /\(product\.metafields\.[^.)]+\.(tax_class|shipping_class)\)$/i

const REQUIRED: ColumnKey[] = ['handle', 'title', 'option1Name', 'option1Value', 'price']

/** Columns of Shopify's export that a catalogue does not need. */
const IGNORED = [
  /^Google Shopping \//i,
  /^(Included|Price|Compare[ -]At Price) \//i,
  /\((product|variant)\.metafields\./i,
  /^Option[123] Linked To$/i,
  /^(Product Category|Standard Product Type)$/i,
  /^(Variant )?Fulfillment Service$/i,
  /^(Variant )?Tax Code$/i,
  /^(Variant Weight Unit|Weight unit for display)$/i,
  /^Cost per item$/i,
  /^Collection$/i,
]

export type Columns = {
  /** Index of each column that the file has. */
  at: Partial<Record<ColumnKey, number>>
  /** The header's cells, as the file spells them. */
  header: string[]
  /** Names of known columns that are not needed. */
  ignored: string[]
  /** Names of unknown columns. */
  unknown: string[]
  /** One for each column that is not used because it is unknown, or because another column has the same meaning. */
  warnings: RowWarning[]
}

/** Finds the columns in a file's first row. Throws `ShopifyFileError` when it is not a header or lacks a required column. */
export function readHeader(row: CsvRow | BrokenRow): Columns {
  if (row.kind === 'broken' || row.cells.some((cell) => cell.includes('\0'))) {
    throw new ShopifyFileError(
      'FILE_NOT_CSV',
      'Cannot read this file: it is not CSV text; export the products again',
    )
  }
  if (row.cells.some((cell) => cell.includes('\ufffd'))) {
    throw new ShopifyFileError(
      'FILE_NOT_UTF8',
      'Cannot read this file: its first line is not UTF-8; save it as "CSV UTF-8 (comma delimited)"',
    )
  }
  return findColumns(row.cells, row.line)
}

/**
 * Finds the columns in a header. `line`: its line in the file. Throws `ShopifyFileError` with the names of all required
 * columns that are missing.
 */
export function findColumns(cells: string[], line = 1): Columns {
  const header = cells.map((cell) => cell.trim())
  const plain = header.map((name) => plainName(CLASS_METAFIELD.exec(name)?.[1] ?? name))
  const at: Columns['at'] = {}
  const found: Pick<Columns, 'ignored' | 'unknown' | 'warnings'> = { ignored: [], unknown: [], warnings: [] }
  const keyByName = new Map<string, ColumnKey>()
  for (const key of Object.keys(NAMES) as ColumnKey[]) {
    const names = NAMES[key].map(plainName)
    const index = names.map((name) => plain.indexOf(name)).find((position) => position >= 0)
    if (index !== undefined) at[key] = index
    for (const name of names) keyByName.set(name, key)
  }
  requireColumns(at, header)
  for (const [index, name] of header.entries()) {
    const key = keyByName.get(plain[index]!)
    const isUsed = key !== undefined && at[key] === index
    if (name === '' || isUsed) continue
    if (key) found.warnings.push(repeatedColumn(header, index, at[key]!, line))
    else if (IGNORED.some((pattern) => pattern.test(name))) found.ignored.push(name)
    else {
      found.unknown.push(name)
      found.warnings.push(unknownColumn(name, index, line))
    }
  }
  return { at, header, ...found }
}

/** The warning about the column `index`, because the column `usedIndex` has the same meaning. */
function repeatedColumn(
  header: readonly string[],
  index: number,
  usedIndex: number,
  line: number,
): RowWarning {
  const message =
    `Left out column ${index + 1}: column ${usedIndex + 1}, '${header[usedIndex]}', has the same meaning and is used; ` +
    'remove one of them'
  return { line, column: header[index]!, code: 'COLUMN_REPEATED', message }
}

function unknownColumn(name: string, index: number, line: number): RowWarning {
  const message = `Left out column ${index + 1}: no column of a product export has this name; check its spelling`
  return { line, column: firstCharacters(name, 60), code: 'COLUMN_UNKNOWN', message }
}

/** A column's name without letter case, spaces and punctuation. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function requireColumns(at: Columns['at'], header: string[]) {
  const missing = REQUIRED.filter((key) => at[key] === undefined).map((key) => `'${NAMES[key][0]}'`)
  if (missing.length === 0) return
  const firstNames = header.slice(0, 5).map((name) => `'${firstCharacters(name, 40)}'`)
  const columns =
    missing.length === 1 ? `the column ${missing[0]} is` : `the columns ${missing.join(', ')} are`
  throw new ShopifyFileError(
    'FILE_COLUMNS_MISSING',
    `Cannot read this file as Shopify's product export: ${columns} missing (its first line starts with ` +
      `${firstNames.join(', ')}); export the products again, or put the missing columns into the first line`,
  )
}
