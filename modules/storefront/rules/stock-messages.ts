import type { Cart, LineProblem } from '#modules/cart/contract.ts'

/** Messages for the lines of a cart that cannot be ordered, by the line's id. */
export function lineMessages(
  lines: readonly Pick<Cart['lines'][number], 'id' | 'problem'>[],
): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap(({ id, problem }) => (problem ? [[id, problemMessage(problem)]] : [])),
  )
}

function problemMessage(problem: LineProblem): string {
  return problem.code === 'OUT_OF_STOCK'
    ? piecesLeft(problem.available)
    : 'No longer available: remove it to check out'
}

/** A message for a shopper who wants more pieces than are available. The cart has `inCart` pieces already. */
export function piecesLeft(available: number, inCart = 0): string {
  if (available <= 0) return 'Sold out'
  if (inCart > 0 && inCart >= available) return `Only ${available} left, and you have ${inCart} in your cart`
  return inCart > 0 ? `Only ${available} left, ${inCart} of them in your cart` : `Only ${available} left`
}
