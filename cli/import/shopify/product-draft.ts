import { firstCharacters } from '#shared/text.ts'
import type { ColumnKey } from './columns.ts'
import { type ImageRecord, MAX_WARNINGS, type RowWarning, type WarningCode } from './product-record.ts'
import { quoted, type Row, warning } from './row.ts'

/** A product while its rows come in. */
export type ProductDraft = {
  handle: string
  /** The product's first row. */
  firstRow: Row
  /** The facts that one row gives for all; null until a row with a title has come. */
  facts: ProductFacts | null
  /** The title as written, before it was shortened. */
  titleWritten: string
  /** As written, and `''` where no row has named the option. */
  optionNames: [string, string, string]
  variants: VariantDraft[]
  /** Rows of variants beyond the limit. */
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

/** A variant whose price is sound; options are settled when the product is complete. */
export type VariantDraft = {
  row: Row
  sku: string
  /** As written; `''` where the row gives none. */
  optionCells: [string, string, string]
  price: number
  compareAtPrice: number | null
  /** Whether the pieces are counted. */
  tracked: boolean
  /** Pieces in stock, 0 or more; null when they are not counted or the file does not say how many there are. */
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

/** Notes that something is taken differently from how it is written. */
export function warn(
  draft: ProductDraft,
  row: Row,
  key: ColumnKey | null,
  code: WarningCode,
  message: string,
) {
  if (draft.warnings.length < MAX_WARNINGS) draft.warnings.push(warning(row, key, code, message))
}

/** The text, cut to `maxLength` characters with a warning when it is longer. */
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
