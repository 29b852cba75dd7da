import type { Address } from '#shared/address.ts'

const countries = new Intl.DisplayNames('en', { type: 'region' })

/** An address as one writes it on a parcel. */
export function addressLines(address: Address): string[] {
  return [
    address.name,
    address.company,
    address.line1,
    address.line2,
    `${address.postalCode} ${address.city}`,
    address.region,
    countries.of(address.country),
  ].filter((line) => line !== undefined && line.trim() !== '') as string[]
}
