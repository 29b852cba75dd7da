/**
 * The output of the reader of Shopify's product CSV: products, and problems for everything that it left out. All values can
 * be written as JSON. Line numbers are physical lines of the file, counted from 1.
 */

/** A complete and valid product of the file: it has a title, a handle and at least one variant. */
export type ProductRecord = {
  kind: 'product'
  /** The line of the product's first row. */
  line: number
  /** Can be part of a URL; at most 255 characters; unique in the file. */
  handle: string
  title: string
  /** HTML as written; `''` when there is none. The catalog removes unsafe markup. */
  descriptionHtml: string
  /** `''` when the file has none; `type` likewise. */
  vendor: string
  type: string
  /** In the order of the file, without repetitions (ignoring letter case). */
  tags: string[]
  /** False for drafts, archived and unlisted products, gift cards, and when `Published` is false. */
  published: boolean
  /** Empty for a product with a single variant and no options; else one to three. */
  options: ProductOption[]
  /** At least one, in the order of the file; no two have the same option values. */
  variants: VariantRecord[]
  /** In order of position. */
  images: ImageRecord[]
  /** `''` when the file has none, and `seoDescription` likewise: then the title and the description are used. */
  seoTitle: string
  seoDescription: string
  /** What was imported with changes. At most `MAX_WARNINGS`. */
  warnings: RowWarning[]
}

/** A property in which a product's variants differ. Spellings of a name are unified: `Colour` becomes `Color`. */
export type ProductOption = {
  name: string
  /** The values of the variants, each once, in order of appearance. */
  values: string[]
}

export type VariantRecord = {
  line: number
  /** May be shared by several variants; null when the file has none. */
  sku: string | null
  /** One value for each of the product's options, in their order; `[]` when it has no options. */
  optionValues: string[]
  /** Minor units (cents). Never missing, because variants without a price are left out. */
  price: number
  /** Minor units; always higher than `price`, else null. */
  compareAtPrice: number | null
  /** Whether the stock is counted. A variant without counted stock is always available. */
  tracked: boolean
  /** Pieces in stock, 0 or more; null when the stock is not counted or the file has no quantity. */
  quantity: number | null
  /** Whether it can be bought when the stock is 0 (inventory policy `continue`). */
  allowBackorder: boolean
  /** To the milligram; 0 when the file has none. */
  weightGrams: number
  requiresShipping: boolean
  taxable: boolean
  barcode: string | null
  /** An absolute http(s) URL, or `sample:` and the name of a file in `sample/pictures`. */
  imageUrl: string | null
}

export type ImageRecord = {
  /** Like `imageUrl`; null when the file has only a description of the image. */
  url: string | null
  /** `''` when the file has none. */
  alt: string
  /** 1, 2, 3 … without gaps. */
  position: number
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
  | 'IMAGE_URL_INVALID'
  | 'IMAGE_LIMIT'
  | 'ROW_WITHOUT_CONTENT'

/** Further warnings of a product are dropped, so that one broken product cannot fill the memory. */
export const MAX_WARNINGS = 1000
