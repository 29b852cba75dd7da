import type { Address } from './address.ts'
import { addressFormat } from './address-formats.ts'
import { countryName } from './countries.ts'

/** The lines of an address as its country's post expects them on a parcel, without the phone number. */
export function addressLines(address: Address): string[] {
  return nonBlank([
    address.name,
    address.company,
    address.line1,
    address.line2,
    ...localityLines(address),
    countryName(address.country),
  ])
}

/** The lines with town, region and postal code, in the order and with the parts that the country's post uses. */
export function localityLines(address: Address): string[] {
  const { city, region = '', postalCode = '', country } = address
  if (codeAfterRegion.has(country)) {
    const state = joinWithSpaces([subdivisionCode(region, country), postalCode])
    return nonBlank([country === 'AU' ? joinWithSpaces([city, state]) : nonBlank([city, state]).join(', ')])
  }
  if (codeOnOwnLine.has(country)) return nonBlank([city, region, postalCode])
  if (codeAfterCity.has(country)) return nonBlank([joinWithSpaces([city, postalCode]), region])
  return nonBlank([joinWithSpaces([postalCode, city]), region])
}

// The position of the postal code, from the UPU's postal addressing systems. In all other countries it precedes the
// town.
const codeAfterRegion = new Set('AS AU CA GU MP PR US VI'.split(' '))
const codeOnOwnLine = new Set('GB GG IE IM JE'.split(' '))
const codeAfterCity = new Set('IN NZ SG ZA'.split(' '))

/** The official code of a state that is given by name or code; the text itself if it is not a known state. */
function subdivisionCode(region: string, country: string): string {
  const given = region.trim().toLowerCase()
  for (const [code, name] of addressFormat(country).region.subdivisions)
    if (code.toLowerCase() === given || name.toLowerCase() === given) return code
  return region
}

function joinWithSpaces(parts: readonly string[]): string {
  return nonBlank(parts).join(' ')
}

function nonBlank(parts: readonly (string | undefined)[]): string[] {
  return parts.filter((part) => part !== undefined && part.trim() !== '') as string[]
}
