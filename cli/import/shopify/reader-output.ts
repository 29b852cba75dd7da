import type { ProductDraft } from '#modules/catalog/contract.ts'

/**
 * The output of the reader of Shopify's product CSV: products, and problems for everything that it left out. All values can
 * be written as JSON. Line numbers are physical lines of the file, counted from 1.
 */

/** A complete and valid product of the file, as the catalog accepts it, with what belongs to other modules. */
export type ShopifyProduct = {
  kind: 'product'
  /** The line of the product's first row. */
  line: number
  /**
   * Its handle is unique in the file. Spellings of common options are unified: `Colour` becomes `Color`. The description is
   * as written, because the catalog removes unsafe markup.
   */
  draft: ProductDraft
  /** The stock of the draft's variants, in their order. */
  stock: VariantStock[]
  /** What was imported with changes. At most `MAX_WARNINGS`. */
  warnings: RowWarning[]
}

/** The stock of a variant, as inventory accepts it. */
export type VariantStock = {
  /** Pieces, 0 or more; null: the stock is not tracked; missing: it is tracked, but the file has no quantity. */
  quantity?: number | null
  /** Whether the variant can be bought when the stock is 0 (inventory policy `continue`). */
  backorder: boolean
}

/** Something in the file that was imported with changes. */
export type RowWarning = {
  line: number
  /** The column's name as the file spells it; null when the warning is about the row. */
  column: string | null
  code: WarningCode
  /** For the shop's owner: what was done, and the value in the file. */
  message: string
}

/** A row, a variant or a whole product that was left out. The rest of the file is still read. */
export type RowProblem = {
  kind: 'problem'
  line: number
  /** Null when the row has no valid handle. */
  handle: string | null
  /** The column's name as the file spells it; null when the problem is about the row. */
  column: string | null
  code: ProblemCode
  /** For the shop's owner: what was left out, why, and what to do. */
  message: string
}

/** Stable codes of the reasons for a `RowProblem`. */
export type ProblemCode =
  | 'ROW_FIELD_COUNT'
  | 'ROW_UNREADABLE'
  | 'TEXT_NOT_UTF8'
  | 'TEXT_HAS_NUL'
  | 'HANDLE_MISSING'
  | 'HANDLE_INVALID'
  | 'HANDLE_REPEATED'
  | 'TITLE_MISSING'
  | 'PRICE_MISSING'
  | 'PRICE_INVALID'
  | 'PRICE_CURRENCY'
  | 'PRICE_NEGATIVE'
  | 'PRICE_AMBIGUOUS'
  | 'PRICE_TOO_PRECISE'
  | 'PRICE_TOO_LARGE'
  | 'OPTION_VALUE_MISSING'
  | 'VARIANT_REPEATED'
  | 'VARIANT_LIMIT'
  | 'PRODUCT_WITHOUT_VARIANTS'
  | 'PRODUCT_REFUSED'

/** Stable codes of the reasons for a `RowWarning`. */
export type WarningCode =
  | 'COLUMN_REPEATED'
  | 'COLUMN_UNKNOWN'
  | 'HANDLE_CHANGED'
  | 'TITLE_DIFFERS'
  | 'TEXT_SHORTENED'
  | 'DESCRIPTION_PARTS_REMOVED'
  | 'STATUS_UNKNOWN'
  | 'GIFT_CARD_HIDDEN'
  | 'FLAG_INVALID'
  | 'OPTION_RENAMED'
  | 'OPTION_NAME_MISSING'
  | 'OPTION_NAME_REPEATED'
  | 'OPTION_WITHOUT_VALUES'
  | 'BARCODE_DAMAGED'
  | 'PRICE_READ_AS'
  | 'COMPARE_AT_INVALID'
  | 'COMPARE_AT_NOT_HIGHER'
  | 'STOCK_NOT_TRACKED'
  | 'STOCK_NEGATIVE'
  | 'STOCK_INVALID'
  | 'STOCK_READ_AS'
  | 'TRACKER_UNKNOWN'
  | 'POLICY_UNKNOWN'
  | 'WEIGHT_INVALID'
  | 'WEIGHT_READ_AS'
  | 'CLASS_INVALID'
  | 'IMAGE_URL_INVALID'
  | 'IMAGE_LIMIT'
  | 'ROW_WITHOUT_CONTENT'

/** Further warnings of a product are dropped, so that one broken product cannot fill the memory. */
export const MAX_WARNINGS = 1000
