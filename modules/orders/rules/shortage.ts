import type { CheckoutSnapshot } from '#modules/cart/contract.ts'

export interface ShortLine {
  variantId: string
  requested: number
  available: number
  title: string
}

/** Names the lines that cannot be had as the shopper knows them. */
export function nameShortage(
  lines: readonly Omit<ShortLine, 'title'>[],
  bought: CheckoutSnapshot['lines'],
): ShortLine[] {
  return lines.map((line) => ({ ...line, title: titleOf(line.variantId, bought) }))
}

/** `only 2 of 3 "Enamel mug, blue" are left`. */
export function describeShortage(lines: readonly ShortLine[]): string {
  return lines
    .map(({ title, requested, available }) =>
      available <= 0 ? `"${title}" is sold out` : `only ${available} of ${requested} "${title}" are left`,
    )
    .join('; ')
}

function titleOf(variantId: string, bought: CheckoutSnapshot['lines']): string {
  const line = bought.find((each) => each.variantId === variantId)
  if (!line) return variantId
  return line.variantTitle === line.title ? line.title : `${line.title}, ${line.variantTitle}`
}
