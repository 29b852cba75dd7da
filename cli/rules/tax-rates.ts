import { readFile } from 'node:fs/promises'
import type { pricing } from '#modules/pricing/contract.ts'
import type { InputOf } from '#runtime/contract/contract.ts'
import { addressFormat } from '#shared/address-formats.ts'
import { countryName } from '#shared/countries.ts'
import { UserError } from '../support/report-error.ts'

const FILE = new URL('tax-rates.json', import.meta.url)
/** The name of all member states of the EU, and of everything in the file. */
const EU = 'EU'
const ALL = 'all'

type TaxZoneDraft = NonNullable<InputOf<(typeof pricing)['methods']['loadRules']>['taxZones']>[number]

/** Rates with the same source, in `tax-rates.json`. */
export interface TaxRateGroup {
  name: string
  /** The name of the tax for shoppers. */
  tax: string
  prices: TaxZoneDraft['prices']
  reverseCharge: boolean
  /** The day on which the rates were valid, `YYYY-MM-DD`. */
  date: string
  sources: string[]
  /** What a shop must know before it uses them. */
  notes: string[]
  zones: {
    country: string
    /** The code of a state. */
    region?: string
    postalPrefixes?: string[]
    /** Default: the name of the country and the region. */
    title?: string
    /** Percent by tax class. */
    rates: Record<string, number>
  }[]
}

export async function readTaxRates(): Promise<TaxRateGroup[]> {
  return (JSON.parse(await readFile(FILE, 'utf8')) as { groups: TaxRateGroup[] }).groups
}

/**
 * The tax zones of these places, and the groups that they are from. A place is a country such as `DE` with all its zones, a
 * state such as `US-CA`, `EU` or `all`. Throws a UserError for a place without rates.
 */
export function taxZonesOf(
  groups: readonly TaxRateGroup[],
  places: readonly string[],
): { zones: TaxZoneDraft[]; groups: TaxRateGroup[] } {
  const found = new Set<string>()
  const chosen = groups.map((group) => ({
    ...group,
    zones: group.zones.filter((zone) => {
      const matching = places.filter((place) => isIn(zone, group, place))
      for (const place of matching) found.add(place)
      return matching.length > 0
    }),
  }))
  const unknown = places.find((place) => !found.has(place))
  if (unknown !== undefined)
    throw new UserError(
      `Cannot load tax rates for "${unknown}": there are rates for ${knownPlaces(groups).join(', ')}, and for all`,
    )
  const used = chosen.filter(({ zones }) => zones.length > 0)
  return { zones: used.flatMap((group) => group.zones.map((zone) => draftOf(zone, group))), groups: used }
}

/** The places that have rates, for messages. States are named by their country only. */
export function knownPlaces(groups: readonly TaxRateGroup[]): string[] {
  const countries = groups.flatMap(({ zones }) => zones.map(({ country }) => country))
  return [EU, ...new Set(countries), 'a state such as US-CA']
}

function isIn(
  { country, region }: TaxRateGroup['zones'][number],
  { name }: TaxRateGroup,
  place: string,
): boolean {
  if (place === ALL || place === country) return true
  return region === undefined ? place === EU && name === EU : place === `${country}-${region}`
}

function draftOf(
  { country, region, postalPrefixes, title, rates }: TaxRateGroup['zones'][number],
  { tax, prices, reverseCharge }: TaxRateGroup,
): TaxZoneDraft {
  return {
    title: title ?? titleOf(country, region),
    areas: postalPrefixes
      ? postalPrefixes.map((postalPrefix) => ({ country, postalPrefix }))
      : [region === undefined ? { country } : { country, region }],
    prices,
    rates: Object.entries(rates).map(([taxClass, percent]) => ({ taxClass, title: tax, percent })),
    reverseCharge,
  }
}

function titleOf(country: string, region: string | undefined): string {
  if (region === undefined) return countryName(country)
  return `${countryName(country)}: ${addressFormat(country).region.subdivisions.get(region) ?? region}`
}
