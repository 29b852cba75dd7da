import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { Availability } from '#modules/inventory/contract.ts'
import type { CartState, LineState } from './cart-state.ts'
import { type StockRefusal, stockRefusal } from './enough-stock.ts'
import { exceedsLimits } from './limits.ts'
import { lineOf } from './line-of.ts'

export interface LineAddition {
  /** undefined: not sold. */
  variant: SellableVariant | undefined
  quantity: number
  stock: Availability
  /** The id of the line if a new one is needed. */
  lineId: string
}

export type AddedLine =
  | { lines: LineState[] }
  | { refused: 'VARIANT_NOT_FOUND' | 'CART_FULL' }
  | { refused: 'CURRENCY_MISMATCH'; currency: string }
  | StockRefusal

/** Adds pieces of a variant to the line that has it, or in a new line at the end. */
export function addLineTo(
  cart: Pick<CartState, 'lines' | 'currency'>,
  { variant, quantity, stock, lineId }: LineAddition,
): AddedLine {
  if (!variant) return { refused: 'VARIANT_NOT_FOUND' }
  if (variant.price.currency !== cart.currency) {
    return { refused: 'CURRENCY_MISMATCH', currency: variant.price.currency }
  }
  const present = cart.lines.find((line) => line.variantId === variant.variantId)
  const changed = lineOf(present?.id ?? lineId, (present?.quantity ?? 0) + quantity, variant)
  const lines = present
    ? cart.lines.map((line) => (line === present ? changed : line))
    : [...cart.lines, changed]
  if (exceedsLimits(lines)) return { refused: 'CART_FULL' }
  return stockRefusal(changed.quantity, stock) ?? { lines }
}
