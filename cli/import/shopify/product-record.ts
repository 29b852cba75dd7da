/**
 * What the reader of Shopify's product CSV gives out: products, and problems for what it had to leave out.
 * Everything is plain JSON-safe data; lines are physical lines of the file, the header's first line is 1.
 */

/** One product of the file, complete and checked: it has a title, a handle and at least one variant. */
export type ProductRecord = {
  kind: 'product'
  /** The line of the product's first row. */
  line: number
  /** What an address can carry; at most 255 characters; unique in the file. */
  handle: string
  title: string
  /** HTML as it is written; `''` when there is none. The catalog keeps of it what is safe. */
  descriptionHtml: string
  /** `''` when the file names none, as is `type`. */
  vendor: string
  type: string
  /** Without repetitions (letter case aside), in the file's order. */
  tags: string[]
  /** False for drafts, archived and unlisted products, gift cards, and where `Published` says so. */
  published: boolean
  /** None for a product that comes in one form only; else one to three. */
  options: ProductOption[]
  /** At least one, in the file's order; no two have the same option values. */
  variants: VariantRecord[]
  /** In order of position. */
  images: ImageRecord[]
  /** `''` when the file leaves it to the title, or to the description. */
  seoTitle: string
  seoDescription: string
  /** What was taken, but not as it is written in the file. At most `MAX_WARNINGS` of them. */
  warnings: RowWarning[]
}

/** A property in which a product's variants differ. Spellings of one name are united: `Colour` reads `Color`. */
export type ProductOption = {
  name: string
  /** The values that variants have, each once, in order of appearance. */
  values: string[]
}

export type VariantRecord = {
  line: number
  /** Several variants may have one; null when the file gives none. */
  sku: string | null
  /** One value for each of the product's options, in their order; `[]` when it has no options. */
  optionValues: string[]
  /** Minor units (cents). Variants without a price are left out, so that it is never missing. */
  price: number
  /** Minor units; always higher than `price`, else null. */
  compareAtPrice: number | null
  /** Whether the pieces are counted; one that is not is always sold. */
  tracked: boolean
  /** Pieces in stock, 0 or more; null when they are not counted or the file does not say how many there are. */
  quantity: number | null
  /** Whether it can be bought when none is left (inventory policy `continue`). */
  allowBackorder: boolean
  /** To the milligram; 0 when the file gives none. */
  weightGrams: number
  requiresShipping: boolean
  taxable: boolean
  barcode: string | null
  /** An absolute http(s) URL. */
  imageUrl: string | null
}

export type ImageRecord = {
  /** An absolute http(s) URL; null when the file describes a picture without saying where it is. */
  url: string | null
  /** `''` when the file gives none. */
  alt: string
  /** 1, 2, 3 … without gaps. */
  position: number
}

/** Something in the file that was read differently from how it is written. */
export type RowWarning = {
  line: number
  /** The column's name as the file spells it; null when the warning is about the row. */
  column: string | null
  code: WarningCode
  /** For the shop's owner: what was done and with which value. */
  message: string
}

/** A row, a variant or a whole product that was left out. The rest of the file is read on. */
export type RowProblem = {
  kind: 'problem'
  line: number
  /** Null when the row doesn't tell to which product it belongs. */
  handle: string | null
  /** The column's name as the file spells it; null when the problem is about the row. */
  column: string | null
  code: ProblemCode
  /** For the shop's owner: what was left out, why, and what to do. */
  message: string
}

/** Stable names of the reasons for a `RowProblem`. */
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

/** Stable names of the reasons for a `RowWarning`. */
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

/** A product's further warnings are dropped, so that one broken product cannot fill the memory. */
export const MAX_WARNINGS = 1000
