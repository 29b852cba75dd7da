import type { Availability } from '#modules/inventory/contract.ts'
import type { LineProblem } from '../contract.ts'
import type { LineState } from './cart-state.ts'
import { refuseWithoutStock, stockOf } from './enough-stock.ts'

/** What an order would refuse of a cart's lines, by the line's id. Stock that is not known is no problem. */
export function lineProblems(
  lines: readonly LineState[],
  unsold: readonly LineState[],
  availability: readonly Availability[],
): Map<string, LineProblem> {
  const problems = new Map<string, LineProblem>()
  for (const { id, variantId, quantity } of lines) {
    const short = refuseWithoutStock(quantity, stockOf(variantId, availability))
    if (short) problems.set(id, { code: 'OUT_OF_STOCK', available: Math.max(0, short.available) })
  }
  for (const { id } of unsold) problems.set(id, { code: 'VARIANT_NOT_FOUND' })
  return problems
}
