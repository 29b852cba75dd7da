import type { Address } from './address.ts'
import { type AddressFormat, addressFormat } from './address-formats.ts'
import { countryName, isCountry } from './countries.ts'
import { isVisible } from './text.ts'

/** A problem with one member of an address. The message explains what the shopper has to correct. */
export interface AddressProblem {
  member: keyof Address
  message: string
}

type AddressLike = { readonly [Member in keyof Address]?: string | undefined }

/**
 * Checks an address against the rules of its country. Returns its problems in the order of a web form's fields; an empty
 * list means that the address is valid. Without a known country only the rules for all countries apply. A missing member
 * counts as empty.
 */
export function addressProblems(address: AddressLike): AddressProblem[] {
  const { country = '' } = address
  const format = isCountry(country) ? addressFormat(country) : undefined
  return [
    ...(format ? [] : [countryProblem(country)]),
    ...requireVisible(address, 'name', 'Enter the full name'),
    ...requireVisible(address, 'line1', 'Enter the street and number'),
    ...(format ? postalCodeProblems(address.postalCode, format, country) : []),
    ...requireVisible(address, 'city', 'Enter the town or city'),
    ...(format ? regionProblems(address.region, format, country) : []),
  ]
}

/**
 * Message and data for an ADDRESS_INVALID failure; undefined when all addresses are valid. The keys of `addresses` are
 * JSON Pointers to the addresses in the input; the empty one points to the input itself.
 */
export function addressFailure(
  addresses: Readonly<Record<string, Address | undefined>>,
): { message: string; data: { fields: { field: string; message: string }[] } } | undefined {
  const fields = Object.entries(addresses).flatMap(([pointer, address]) =>
    address
      ? addressProblems(address).map(({ member, message }) => ({ field: `${pointer}/${member}`, message }))
      : [],
  )
  const [first] = fields
  return first && { message: `Cannot use the address: ${first.field}: ${first.message}`, data: { fields } }
}

/**
 * Returns a valid address as it is stored: without surrounding spaces and empty members, and with the postal code in the
 * layout of its country.
 */
export function normaliseAddress(address: Address): Address {
  const trimmed = Object.entries(address).map(([member, value]) => [member, value.trim()] as const)
  const nonEmpty = Object.fromEntries(trimmed.filter(([, value]) => value !== '')) as Address
  return nonEmpty.postalCode === undefined
    ? nonEmpty
    : { ...nonEmpty, postalCode: normaliseCode(nonEmpty.postalCode, nonEmpty.country) }
}

/** `sw1a1aa` becomes `SW1A 1AA`, `１０１１５` becomes `10115`. Without known formats, only NFKC and trimming apply. */
function normaliseCode(typed: string, country: string): string {
  const code = typed.normalize('NFKC').trim()
  const { examples } = addressFormat(country).postalCode
  if (examples.length === 0) return code
  const formatted = applyLayout(code, examples)
  if (formatted !== undefined) return formatted
  const localCode = stripCountry(code, country)
  const formattedLocalCode = localCode === code ? undefined : applyLayout(localCode, examples)
  return formattedLocalCode === undefined ? code.toUpperCase() : `${country}-${formattedLocalCode}`
}

/**
 * Puts the code's letters and digits into the layout of the example with the same shape; undefined without such an
 * example.
 */
function applyLayout(code: string, examples: readonly string[]): string | undefined {
  const shape = shapeOf(code)
  const example = examples.find((each) => shapeOf(each) === shape)
  if (example === undefined) return undefined
  const characters = [...code.replaceAll(SEPARATORS, '').toUpperCase()]
  return [...example]
    .map((character) => (character.match(SEPARATORS) ? character : characters.shift()!))
    .join('')
}

function requireVisible(
  address: AddressLike,
  member: 'name' | 'line1' | 'city',
  message: string,
): AddressProblem[] {
  return isVisible(address[member] ?? '') ? [] : [{ member, message }]
}

function countryProblem(country: string): AddressProblem {
  // A web form may send any text here. Only text that looks like a code is worth repeating.
  const hint = /^[A-Za-z]{2,3}$/.test(country) ? `: "${country}" is not an ISO 3166-1 code` : ''
  return { member: 'country', message: `Choose a country${hint}` }
}

function postalCodeProblems(
  code: string | undefined,
  { postalCode: { name, need, examples } }: AddressFormat,
  country: string,
): AddressProblem[] {
  const problem = (message: string): AddressProblem[] => [{ member: 'postalCode', message }]
  if (!isVisible(code ?? ''))
    return need === 'required'
      ? problem(`Enter the ${name}, such as ${examples[0]} (${countryName(country)})`)
      : []
  if (examples.length === 0 || matchesFormat(examples, code!, country)) return []
  return problem(`Check the ${name}: it should look like ${examples[0]} (${countryName(country)})`)
}

/** Whether a postal code has the format of an example. The country code may precede it, as in `LV-1010`. */
function matchesFormat(examples: readonly string[], code: string, country: string): boolean {
  const shapes = examples.map(shapeOf)
  return shapes.includes(shapeOf(code)) || shapes.includes(shapeOf(stripCountry(code, country)))
}

function stripCountry(code: string, country: string): string {
  return code.trim().replace(new RegExp(`^${country}[-\\s]?(?=\\p{Nd})`, 'iu'), '')
}

/** Spaces, hyphens and dashes between the letters and digits of a code. */
const SEPARATORS = /[\s\p{Pd}\u2212]/gu

/**
 * `ec1a 1bb` has the shape `AA9A9AA`: 9 is a digit of any script, A a letter of either case. Separators do not count.
 */
function shapeOf(code: string): string {
  return code
    .normalize('NFKC')
    .replaceAll(SEPARATORS, '')
    .replaceAll(/\p{Nd}/gu, '9')
    .replaceAll(/[A-Za-z]/g, 'A')
}

function regionProblems(
  region: string | undefined,
  { region: { name, need, subdivisions } }: AddressFormat,
  country: string,
): AddressProblem[] {
  const problem = (message: string): AddressProblem[] => [{ member: 'region', message }]
  // The message gives the reason, because without JavaScript the web form shows this field only after the country was sent
  if (!isVisible(region ?? ''))
    return need === 'required'
      ? problem(`Enter the ${name}: addresses in this country need one (${countryName(country)})`)
      : []
  if (need === 'none')
    return problem(
      `Remove the ${name}, or change the country: addresses in this country have none (${countryName(country)})`,
    )
  if (subdivisions.size === 0 || subdivisionCode(subdivisions, region!)) return []
  const [code, example] = [...subdivisions][0]!
  return problem(`Check the ${name}: enter its name or code, such as ${example} or ${code}`)
}

/**
 * Identifies a region of a country, however it is written: `TX` for `tx` and `Texas`. Returns undefined for a region that
 * no valid address in this country has.
 */
export function regionKey(country: string, region: string): string | undefined {
  const { need, subdivisions } = addressFormat(country).region
  if (need === 'none') return undefined
  return subdivisions.size === 0 ? comparableText(region) || undefined : subdivisionCode(subdivisions, region)
}

function subdivisionCode(subdivisions: ReadonlyMap<string, string>, region: string): string | undefined {
  const key = comparableText(region)
  const found = [...subdivisions].find(
    ([code, name]) => comparableText(code) === key || comparableText(name) === key,
  )
  return found?.[0]
}

/** `N.Y.` becomes `NY`, `Québec` becomes `QUEBEC`. */
function comparableText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
}
