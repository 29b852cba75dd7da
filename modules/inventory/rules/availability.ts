import type { Static } from 'typebox'
import type { Availability, StockLevel as StockLevelSchema } from '../contract.ts'

type StockLevel = Static<typeof StockLevelSchema>

/** The stock of a variant, in pieces. */
export interface Stock {
  variantId: string
  /** False: the variant can always be sold. `onHand` still decreases with each sale. */
  tracked: boolean
  /** Whether the variant can be sold when no piece is left. */
  backorder: boolean
  /** Negative when more pieces were sold than counted. */
  onHand: number
  reserved: number
}

/** The availability of a variant. `stock` is undefined if the variant was never counted: 0 pieces are available. */
export function availabilityOf(variantId: string, stock: Stock | undefined): Availability {
  if (!stock) return { variantId, available: 0, backorder: false }
  const available = stock.tracked ? Math.max(0, stock.onHand - stock.reserved) : null
  return { variantId, available, backorder: stock.backorder }
}

export function levelOf(stock: Stock): StockLevel {
  const { variantId, tracked, onHand, reserved } = stock
  const oversold = tracked ? Math.max(0, reserved - onHand) : 0
  return { ...availabilityOf(variantId, stock), onHand, reserved, oversold }
}

/** Whether at least one piece can be sold now. */
export function isAvailable(stock: Stock): boolean {
  return !stock.tracked || stock.backorder || stock.onHand > stock.reserved
}
