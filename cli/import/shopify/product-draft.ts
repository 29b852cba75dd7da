import { firstCharacters } from '#shared/text.ts'
import type { ColumnKey } from './columns.ts'
import { type ImageRecord, MAX_WARNINGS, type RowWarning, type WarningCode } from './product-record.ts'
import { quoted, type Row, warning } from './row.ts'

/** A product whose rows are still being read. */
export type ProductDraft = {
  handle: string
  /** The product's first row. */
  firstRow: Row
  /** The values of the row with the title, which hold for the whole product; null before that row. */
  facts: ProductFacts | null
  /** The title as written, before it was shortened. */
  titleWritten: string
  /** As written; `''` for an option without a name. */
  optionNames: [string, string, string]
  variants: VariantDraft[]
  /** Number of variants beyond the limit. */
  variantsLeftOut: number
  images: (Omit<ImageRecord, 'position'> & { position: number | null })[]
  warnings: RowWarning[]
}

export type ProductFacts = {
  title: string
  descriptionHtml: string
  vendor: string
  type: string
  tags: string[]
  published: boolean
  seoTitle: string
  seoDescription: string
}

/** A variant with a valid price. Its options are resolved when the product is complete. */
export type VariantDraft = {
  row: Row
  sku: string
  /** As written; `''` for an empty cell. */
  optionCells: [string, string, string]
  price: number
  compareAtPrice: number | null
  /** Whether the stock is counted. */
  tracked: boolean
  /** Pieces in stock, 0 or more; null when the stock is not counted or the file has no quantity. */
  quantity: number | null
  allowBackorder: boolean
  weightGrams: number
  requiresShipping: boolean
  taxable: boolean
  barcode: string | null
  imageUrl: string | null
}

export function startDraft(handle: string, firstRow: Row): ProductDraft {
  return {
    handle,
    firstRow,
    facts: null,
    titleWritten: '',
    optionNames: ['', '', ''],
    variants: [],
    variantsLeftOut: 0,
    images: [],
    warnings: [],
  }
}

/** Adds a warning that something is imported with changes. */
export function warn(
  draft: ProductDraft,
  row: Row,
  key: ColumnKey | null,
  code: WarningCode,
  message: string,
) {
  if (draft.warnings.length < MAX_WARNINGS) draft.warnings.push(warning(row, key, code, message))
}

/** The text, cut to `maxLength` characters; adds a warning when it was longer. */
export function shortened(
  draft: ProductDraft,
  row: Row,
  key: ColumnKey,
  text: string,
  maxLength: number,
): string {
  const cut = firstCharacters(text, maxLength)
  if (cut === text) return text
  warn(draft, row, key, 'TEXT_SHORTENED', `Shortened to ${maxLength} characters: ${quoted(text)}`)
  return cut
}
