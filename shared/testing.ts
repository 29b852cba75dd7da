import type { Address } from './address.ts'
import { addressFormat } from './address-formats.ts'

/** A valid address in a country, for tests. */
export function exampleAddress(country: string): Address {
  const { postalCode, region } = addressFormat(country)
  const [code] = postalCode.examples
  const [subdivision = 'Region'] = region.subdivisions.keys()
  return {
    name: 'A Buyer',
    line1: 'Street 1',
    city: 'Town',
    ...(code === undefined ? {} : { postalCode: code }),
    ...(region.need === 'required' ? { region: subdivision } : {}),
    country,
  }
}
