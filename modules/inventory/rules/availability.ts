import type { Static } from 'typebox'
import type { Availability, StockLevel as StockLevelSchema } from '../contract.ts'

type StockLevel = Static<typeof StockLevelSchema>

/** The stock of a variant, in pieces. */
export interface Stock {
  variantId: string
  tracked: boolean
  backorder: boolean
  onHand: number
  reserved: number
}

/** The pieces that can be sold now; 0 for an unknown variant. */
export function availabilityOf(variantId: string, stock: Stock | undefined): Availability {
  if (!stock) return { variantId, available: 0, backorder: false }
  const available = stock.tracked ? Math.max(0, stock.onHand - stock.reserved) : null
  return { variantId, available, backorder: stock.backorder }
}

/** The stock level of a variant, with its oversold pieces. */
export function levelOf(stock: Stock): StockLevel {
  const { variantId, tracked, onHand, reserved } = stock
  const oversold = tracked ? Math.max(0, reserved - onHand) : 0
  return { ...availabilityOf(variantId, stock), onHand, reserved, oversold }
}

/** Whether at least one piece can be bought. A variant whose stock is not tracked always can. */
export function isAvailable(stock: Stock): boolean {
  return !stock.tracked || stock.backorder || stock.onHand > stock.reserved
}
