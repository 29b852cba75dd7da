import type { ProductDraft, VariantDraft } from '#modules/catalog/contract.ts'
import { firstCharacters } from '#shared/text.ts'
import type { ColumnKey } from './columns.ts'
import { MAX_WARNINGS, type RowWarning, type VariantStock, type WarningCode } from './reader-output.ts'
import { quoted, type Row, warning } from './row.ts'

/** A product whose rows are still being read. */
export type OpenProduct = {
  handle: string
  /** The product's first row. */
  firstRow: Row
  /** The values of the row with the title, which apply to the whole product; null before that row. */
  facts: ProductFacts | null
  /** The title as written, before it was shortened. */
  titleWritten: string
  /** As written; `''` for an option without a name. */
  optionNames: [string, string, string]
  variants: OpenVariant[]
  /** Number of variants beyond the limit. */
  variantsLeftOut: number
  images: OpenImage[]
  warnings: RowWarning[]
}

export type ProductFacts = Omit<ProductDraft, 'handle' | 'options' | 'variants' | 'pictures'>

/** A variant with a valid price. Its options are resolved when the product is complete. */
export type OpenVariant = {
  row: Row
  /** As written; `''` for an empty cell. */
  optionCells: [string, string, string]
  stock: VariantStock
  facts: Omit<VariantDraft, 'optionValues'>
}

/** `url`: null when the file has only an alternative text. `position`: as in the file; null when the file has none. */
export type OpenImage = { url: string | null; alt: string; position: number | null }

export function startProduct(handle: string, firstRow: Row): OpenProduct {
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
  product: OpenProduct,
  row: Row,
  key: ColumnKey | null,
  code: WarningCode,
  message: string,
) {
  if (product.warnings.length < MAX_WARNINGS) product.warnings.push(warning(row, key, code, message))
}

/** The text, cut to `maxLength` characters; adds a warning when it was longer. */
export function shortened(
  product: OpenProduct,
  row: Row,
  key: ColumnKey,
  text: string,
  maxLength: number,
): string {
  const cut = firstCharacters(text, maxLength)
  if (cut === text) return text
  warn(product, row, key, 'TEXT_SHORTENED', `Shortened to ${maxLength} characters: ${quoted(text)}`)
  return cut
}
