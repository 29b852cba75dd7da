import type { Availability } from '../contract.ts'

/** What is known of a variant's stock, in pieces. */
export interface Stock {
  variantId: string
  tracked: boolean
  backorder: boolean
  onHand: number
  reserved: number
}

/** What can be promised now; nothing of a variant that inventory has never heard of. */
export function availabilityOf(variantId: string, stock: Stock | undefined): Availability {
  if (!stock) return { variantId, available: 0, backorder: false }
  const available = stock.tracked ? Math.max(0, stock.onHand - stock.reserved) : null
  return { variantId, available, backorder: stock.backorder }
}

/** Whether at least one piece can be bought. */
export function isAvailable(stock: Stock): boolean {
  return !stock.tracked || stock.backorder || stock.onHand > stock.reserved
}
