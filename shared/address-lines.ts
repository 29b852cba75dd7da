import type { Address } from './address.ts'
import { addressFormat } from './address-formats.ts'
import { countryName } from './countries.ts'

/** An address as one writes it on a parcel to its country, a line each. The telephone is no part of it. */
export function addressLines(address: Address): string[] {
  return filled([
    address.name,
    address.company,
    address.line1,
    address.line2,
    ...localityLines(address),
    countryName(address.country),
  ])
}

/** The town with what belongs to it: postal code and region, where the country's post has them. */
export function localityLines(address: Address): string[] {
  const { city, region = '', postalCode = '', country } = address
  if (afterRegion.has(country)) {
    const state = joined([codeOf(region, country), postalCode])
    return filled([country === 'AU' ? joined([city, state]) : filled([city, state]).join(', ')])
  }
  if (onItsOwnLine.has(country)) return filled([city, region, postalCode])
  if (afterCity.has(country)) return filled([joined([city, postalCode]), region])
  return filled([joined([postalCode, city]), region])
}

// Where the postal code stands, by the postal addressing systems of the UPU; before the town in all other countries.
const afterRegion = new Set('AS AU CA GU MP PR US VI'.split(' '))
const onItsOwnLine = new Set('GB GG IE IM JE'.split(' '))
const afterCity = new Set('IN NZ SG ZA'.split(' '))

/** The code of a state whose name was given, as the post writes it. */
function codeOf(region: string, country: string): string {
  const given = region.trim().toLowerCase()
  for (const [code, name] of addressFormat(country).region.subdivisions)
    if (code.toLowerCase() === given || name.toLowerCase() === given) return code
  return region
}

function joined(parts: readonly string[]): string {
  return filled(parts).join(' ')
}

function filled(parts: readonly (string | undefined)[]): string[] {
  return parts.filter((part) => part !== undefined && part.trim() !== '') as string[]
}
