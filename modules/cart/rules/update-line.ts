import type { Availability } from '#modules/inventory/contract.ts'
import type { CartState, LineState } from './cart-state.ts'
import { type StockRefusal, stockOf, stockRefusal } from './enough-stock.ts'
import { exceedsLimits } from './limits.ts'

export type UpdatedLine = { lines: LineState[] } | { refused: 'LINE_NOT_FOUND' | 'CART_FULL' } | StockRefusal

/** Sets the quantity of a line. */
export function updateLineOf(
  cart: Pick<CartState, 'lines'>,
  lineId: string,
  quantity: number,
  availability: readonly Availability[],
): UpdatedLine {
  const found = cart.lines.find((line) => line.id === lineId)
  if (!found) return { refused: 'LINE_NOT_FOUND' }
  const lines = cart.lines.map((line) => (line.id === lineId ? { ...line, quantity } : line))
  if (exceedsLimits(lines)) return { refused: 'CART_FULL' }
  return stockRefusal(quantity, stockOf(found.variantId, availability)) ?? { lines }
}
