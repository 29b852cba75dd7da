import type { CheckoutSnapshot } from '#modules/cart/contract.ts'
import { quote } from '#shared/text.ts'

export interface ShortLine {
  variantId: string
  requested: number
  available: number
  title: string
}

/** Adds the titles in the cart to short lines. */
export function nameShortage(
  lines: readonly Omit<ShortLine, 'title'>[],
  cartLines: CheckoutSnapshot['lines'],
): ShortLine[] {
  return lines.map((line) => ({ ...line, title: titleOf(line.variantId, cartLines) }))
}

/** A text such as `only 2 of 3 "Enamel mug, blue" are left; "Tea towel" is sold out`. */
export function describeShortage(lines: readonly ShortLine[]): string {
  return lines
    .map(({ title, requested, available }) =>
      available <= 0
        ? `${quote(title)} is sold out`
        : `only ${available} of ${requested} ${quote(title)} ${available === 1 ? 'is' : 'are'} left`,
    )
    .join('; ')
}

function titleOf(variantId: string, cartLines: CheckoutSnapshot['lines']): string {
  const line = cartLines.find((candidate) => candidate.variantId === variantId)
  if (!line) return variantId
  return line.variantTitle === line.title ? line.title : `${line.title}, ${line.variantTitle}`
}
