import type { Handles } from '../needs.ts'
import {
  findMovementProblems,
  findStockProblems,
  listReservations,
  type MovementProblem,
  type StockProblem,
} from '../store/audit.ts'

/** The most variants and the most movements to report: a damaged table could have a difference in each row. */
const MAX_PROBLEMS = 100

export const auditStock: Handles<'auditStock'> = async ({ after, limit }, { sql }) => {
  const isFirstPage = after === undefined
  const [stock, movements, reservations] = await Promise.all([
    isFirstPage ? findStockProblems(sql, MAX_PROBLEMS) : [],
    isFirstPage ? findMovementProblems(sql, MAX_PROBLEMS) : [],
    listReservations(sql, after ?? '', limit),
  ])
  return { problems: [...stock.flatMap(describeStock), ...movements.map(describeMovement)], reservations }
}

function describeStock({ variantId, onHand, moved, reserved, held, oversold }: StockProblem): string[] {
  const problems: string[] = []
  if (onHand !== moved)
    problems.push(`"${variantId}" has ${onHand} on hand, but its movements add up to ${moved}`)
  if (reserved !== held) {
    problems.push(`"${variantId}" has ${reserved} reserved, but its active reservations add up to ${held}`)
  }
  if (oversold > 0) {
    problems.push(
      `"${variantId}" is oversold by ${oversold}: ${onHand} on hand, ${reserved} reserved. Count it again, buy more pieces, or cancel orders`,
    )
  }
  return problems
}

function describeMovement({ reference, variantId, reason, expected, moved }: MovementProblem): string {
  const found = moved === null ? 'has no movement' : `has a movement of ${moved}`
  const correct = expected === null ? 'should have none' : `should have one of ${expected}`
  return `The ${reason} of "${variantId}" for "${reference}" ${found}, but ${correct}`
}
