import type { Address } from '#shared/address.ts'
import { countryName } from '#shared/countries.ts'

/** An address as one writes it on a parcel. */
export function addressLines(address: Address): string[] {
  return [
    address.name,
    address.company,
    address.line1,
    address.line2,
    [address.postalCode, address.city].filter(Boolean).join(' '),
    address.region,
    countryName(address.country),
  ].filter((line) => line !== undefined && line.trim() !== '') as string[]
}
