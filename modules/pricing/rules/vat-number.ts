import { checkVAT, countries } from 'jsvat-next'

/** Greece uses EL in VAT numbers, and Northern Ireland XI. */
const COUNTRY_BY_PREFIX: Record<string, string> = { EL: 'GR', XI: 'GB' }

/**
 * The country (ISO 3166-1 alpha-2) of a VAT number with the form and the checksum of its country; undefined for any
 * other text. It does not say whether the number is registered.
 */
export function countryOfVatNumber(number: string): string | undefined {
  const { isValid, value } = checkVAT(number, countries)
  if (!isValid || !value) return undefined
  const prefix = value.slice(0, 2)
  return COUNTRY_BY_PREFIX[prefix] ?? prefix
}

/** A VAT number in capitals, without spaces, dots and hyphens. */
export function normaliseVatNumber(number: string): string {
  return number.toUpperCase().replaceAll(/[\s.-]/g, '')
}
