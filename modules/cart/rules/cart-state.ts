import type { Contact } from '../contract.ts'

/** A line as it is kept. Everything but id and quantity is what the catalog last told of the variant. */
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
}

/** A cart as it is kept. What it costs follows from it; see `priceCart`. */
export interface CartState {
  id: string
  status: 'open' | 'frozen' | 'ordered'
  /** Grows with each change. */
  version: number
  tokenHash: string
  customerId: string | null
  currency: string
  lines: LineState[]
  contact: Contact | null
  shippingOptionId: string | null
  /** Codes, in the order in which they came. */
  coupons: string[]
  orderId: string | null
  /** The cart that took over the lines of this one. */
  mergedInto: string | null
  expiresAt: Date
}
