import type { Area, QuoteAddress } from '../schemas.ts'

/** Finds what belongs to the smallest area that contains an address. */
export interface AreaIndex<Value> {
  find(address: QuoteAddress): Value | undefined
}

/**
 * Indexes values by their areas. Areas that contain one another are searched from the smallest to the largest: the
 * longest postal prefix first, then the region, then the country. Two values must not have the same area.
 */
export function indexAreas<Value>(
  values: readonly Value[],
  areasOf: (value: Value) => readonly Area[],
): AreaIndex<Value> {
  const byKey = new Map<string, Value>()
  const prefixLengths = new Map<string, Set<number>>()
  for (const value of values) {
    for (const area of areasOf(value)) {
      byKey.set(areaKey(area), value)
      if (area.postalPrefix === undefined) continue
      const lengths = prefixLengths.get(area.country) ?? new Set()
      prefixLengths.set(area.country, lengths.add(area.postalPrefix.length))
    }
  }
  return {
    find({ country, region, postalCode }) {
      const code = postalCode === undefined ? '' : compactCode(postalCode)
      const lengths = [...(prefixLengths.get(country) ?? [])].sort((a, b) => b - a)
      for (const length of lengths) {
        if (length > code.length) continue
        const found = byKey.get(areaKey({ country, postalPrefix: code.slice(0, length) }))
        if (found !== undefined) return found
      }
      const inRegion = region === undefined ? undefined : byKey.get(areaKey({ country, region }))
      return inRegion ?? byKey.get(areaKey({ country }))
    },
  }
}

/** Identifies an area. Regions are compared without regard to case. */
export function areaKey({ country, region, postalPrefix }: Area): string {
  if (postalPrefix !== undefined) return `${country}/code/${postalPrefix}`
  return region === undefined ? country : `${country}/region/${region.trim().toUpperCase()}`
}

/** A postal code as prefixes are written: in capitals, without spaces and hyphens. */
function compactCode(postalCode: string): string {
  return postalCode.toUpperCase().replaceAll(/[\s-]/g, '')
}
