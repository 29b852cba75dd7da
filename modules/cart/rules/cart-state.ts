import type { Contact } from '../contract.ts'

/** A line as it is stored. Everything except the ids and the quantity is a copy of the catalog's last answer. */
export interface LineState {
  id: string
  variantId: string
  quantity: number
  /** Minor units of the cart's currency. */
  unitPrice: number
  productHandle: string
  title: string
  variantTitle: string
  sku: string | null
  pictureUrl: string
  /** Of one piece. */
  weightGrams: number
  requiresShipping: boolean
  taxable: boolean
  /** These are missing in lines that an older version stored. */
  productId?: string
  categories?: string[]
  taxClass?: string
  shippingClass?: string
}

/** A cart as it is stored. The pricing module computes its totals. */
export interface CartState {
  id: string
  status: 'open' | 'frozen' | 'ordered'
  /** Grows by 1 with each change. The `version` that the API shows is a hash instead: `versionOf()`. */
  version: number
  /** A customer's cart has one too, but nobody has the token for it. */
  tokenHash: string
  customerId: string | null
  currency: string
  lines: LineState[]
  contact: Contact | null
  shippingOptionId: string | null
  /** Codes, in the order in which they were added. */
  coupons: string[]
  orderId: string | null
  /** The cart that replaced this one. */
  mergedInto: string | null
  expiresAt: Date
}
