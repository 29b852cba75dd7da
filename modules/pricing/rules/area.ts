import { regionKey } from '#shared/address-rules.ts'
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
  /** By country, the longest first. */
  const prefixLengths = new Map<string, number[]>()
  const withRegions = new Set<string>()
  for (const value of values) {
    for (const area of areasOf(value)) {
      byKey.set(areaKey(area), value)
      if (area.region !== undefined) withRegions.add(area.country)
      if (area.postalPrefix === undefined) continue
      const { length } = compactCode(area.postalPrefix, area.country)
      const lengths = new Set([...(prefixLengths.get(area.country) ?? []), length])
      prefixLengths.set(
        area.country,
        [...lengths].sort((a, b) => b - a),
      )
    }
  }
  return {
    find({ country, region, postalCode }) {
      const code = postalCode === undefined ? '' : compactCode(postalCode, country)
      for (const length of prefixLengths.get(country) ?? []) {
        if (length > code.length) continue
        const found = byKey.get(codeKey(country, code.slice(0, length)))
        if (found !== undefined) return found
      }
      const inRegion =
        region !== undefined && withRegions.has(country) ? byKey.get(areaKey({ country, region })) : undefined
      return inRegion ?? byKey.get(areaKey({ country }))
    },
  }
}

/** Identifies an area. A region has one key for its code and its name. */
export function areaKey({ country, region, postalPrefix }: Area): string {
  if (postalPrefix !== undefined) return codeKey(country, compactCode(postalPrefix, country))
  if (region === undefined) return country
  return `${country}/region/${regionKey(country, region) ?? region.trim().toUpperCase()}`
}

function codeKey(country: string, prefix: string): string {
  return `${country}/code/${prefix}`
}

/** A postal code, or the beginning of one, in capitals, without separators and without the country's code: `LV-1010`. */
function compactCode(postalCode: string, country: string): string {
  const code = postalCode.toUpperCase().replaceAll(/[\s-]/g, '')
  return code.startsWith(country) && /^[0-9]/.test(code.slice(country.length))
    ? code.slice(country.length)
    : code
}

/** The address of a place, such as the shop's own. A postal prefix stands for a postal code. */
export function addressOf({ country, region, postalPrefix }: Area): QuoteAddress {
  return {
    country,
    ...(region === undefined ? {} : { region }),
    ...(postalPrefix === undefined ? {} : { postalCode: postalPrefix }),
  }
}
