import { MAX_GOODS } from '#shared/money.ts'
import type { LineState } from './cart-state.ts'

export const MAX_LINES = 100
/** Pieces in a line. */
export const MAX_QUANTITY = 999
export const MAX_COUPONS = 5

/** Whether these lines exceed what a cart can hold. */
export function exceedsLimits(lines: readonly LineState[]): boolean {
  return (
    lines.length > MAX_LINES ||
    lines.some((line) => line.quantity > MAX_QUANTITY) ||
    lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0) > MAX_GOODS
  )
}
