import type { Address } from './address.ts'
import { type AddressFormat, addressFormat } from './address-formats.ts'
import { countryName, isCountry } from './countries.ts'
import { isVisible } from './text.ts'

/** What is wrong with one member of an address, and what to do about it, for people. */
export interface AddressProblem {
  member: keyof Address
  message: string
}

type AddressLike = { readonly [Member in keyof Address]?: string | undefined }

/**
 * What keeps an address from being one of its country, in the order of a form's fields; nothing when it can be sent to.
 * Where the country is none, its other rules are not known. Members that are missing count as empty.
 */
export function addressProblems(address: AddressLike): AddressProblem[] {
  const { country = '' } = address
  const format = isCountry(country) ? addressFormat(country) : undefined
  return [
    ...(format ? [] : [countryProblem(country)]),
    ...missing(address, 'name', 'Enter the full name'),
    ...missing(address, 'line1', 'Enter the street and number'),
    ...(format ? postalCodeProblems(address.postalCode, format, country) : []),
    ...missing(address, 'city', 'Enter the town or city'),
    ...(format ? regionProblems(address.region, format, country) : []),
  ]
}

/** What ADDRESS_INVALID says of the addresses of an input, by the JSON Pointer to each; undefined when all are right. */
export function addressFailure(
  addresses: Readonly<Record<string, Address | undefined>>,
): { message: string; data: { fields: { field: string; message: string }[] } } | undefined {
  const fields = Object.entries(addresses).flatMap(([at, address]) =>
    address
      ? addressProblems(address).map(({ member, message }) => ({ field: `${at}/${member}`, message }))
      : [],
  )
  const [first] = fields
  return first && { message: `Cannot use the address: ${first.field}: ${first.message}`, data: { fields } }
}

/**
 * The form in which an address that has no problems is kept, from API and pages alike: without spaces around, without optional
 * members that are empty, and with the postal code as its country's post writes it.
 */
export function normaliseAddress(address: Address): Address {
  const trimmed = Object.entries(address).map(([member, value]) => [member, value.trim()] as const)
  const kept = Object.fromEntries(trimmed.filter(([, value]) => value !== '')) as Address
  return kept.postalCode === undefined
    ? kept
    : { ...kept, postalCode: keptCode(kept.postalCode, kept.country) }
}

/** `sw1a1aa` is kept as `SW1A 1AA`, `１０１１５` as `10115`; a code of a country without a known form as it is. */
function keptCode(typed: string, country: string): string {
  const code = typed.normalize('NFKC').trim()
  const { examples } = addressFormat(country).postalCode
  if (examples.length === 0) return code
  const whole = inLayout(code, examples)
  if (whole !== undefined) return whole
  const short = withoutCountry(code, country)
  const layout = short === code ? undefined : inLayout(short, examples)
  return layout === undefined ? code.toUpperCase() : `${country}-${layout}`
}

/** The letters and digits of a code where those of the example with its form stand; undefined where none has it. */
function inLayout(code: string, examples: readonly string[]): string | undefined {
  const shape = shapeOf(code)
  const example = examples.find((each) => shapeOf(each) === shape)
  if (example === undefined) return undefined
  const signs = [...code.replaceAll(SEPARATORS, '').toUpperCase()]
  return [...example].map((sign) => (sign.match(SEPARATORS) ? sign : signs.shift()!)).join('')
}

function missing(address: AddressLike, member: 'name' | 'line1' | 'city', message: string): AddressProblem[] {
  return isVisible(address[member] ?? '') ? [] : [{ member, message }]
}

function countryProblem(country: string): AddressProblem {
  // The whole of what a form may send there would be no message.
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
  if (examples.length === 0 || isLike(examples, code!, country)) return []
  return problem(`Check the ${name}: it should look like ${examples[0]} (${countryName(country)})`)
}

/** Whether a code has the form of one of the examples; the country's own code may stand before it, as in `LV-1010`. */
function isLike(examples: readonly string[], code: string, country: string): boolean {
  const shapes = examples.map(shapeOf)
  return shapes.includes(shapeOf(code)) || shapes.includes(shapeOf(withoutCountry(code, country)))
}

function withoutCountry(code: string, country: string): string {
  return code.trim().replace(new RegExp(`^${country}[-\\s]?(?=\\p{Nd})`, 'iu'), '')
}

/** What codes are written with between their letters and digits. */
const SEPARATORS = /[\s\p{Pd}\u2212]/gu

/** `ec1a 1bb` is `AA9A9AA`: digits of any script, letters of either case; spaces and hyphens do not count. */
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
  // Without scripts the field may only be there since the country was chosen
  if (!isVisible(region ?? ''))
    return need === 'required'
      ? problem(`Enter the ${name}: addresses in this country need one (${countryName(country)})`)
      : []
  if (need === 'none')
    return problem(
      `Remove the ${name}, or change the country: addresses in this country have none (${countryName(country)})`,
    )
  if (subdivisions.size === 0 || namesOne(subdivisions, region!)) return []
  const [code, example] = [...subdivisions][0]!
  return problem(`Check the ${name}: enter its name or code, such as ${example} or ${code}`)
}

function namesOne(subdivisions: ReadonlyMap<string, string>, region: string): boolean {
  const key = lettersOf(region)
  return [...subdivisions].some(([code, name]) => lettersOf(code) === key || lettersOf(name) === key)
}

/** `N.Y.` is `NY`, `Québec` is `QUEBEC`. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
}
