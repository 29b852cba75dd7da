import type { Address } from '#shared/address.ts'
import { addressProblems } from '#shared/address-rules.ts'
import { isCountry } from '#shared/countries.ts'
import { asciiEmail } from '#shared/email.ts'
import { isVisible } from '#shared/text.ts'
import type { FieldError } from '../views/form-fields.ts'
import { ADVICE, type Fields } from './form-state.ts'

const REQUIRED = ['name', 'line1', 'city', 'country'] as const
const OPTIONAL = ['company', 'line2', 'region', 'postalCode', 'phone'] as const

/** Prefix of the field names of an address, in a form with several addresses. */
export type Prefix = '' | 'shippingAddress.' | 'billingAddress.'

/** Reads an address from the fields of a form. Empty optional fields are left out. */
export function addressIn(form: Fields, prefix: Prefix = ''): Address {
  const value = (member: string) => (form[prefix + member] ?? '').trim()
  return {
    ...Object.fromEntries(REQUIRED.map((member) => [member, value(member)])),
    ...Object.fromEntries(
      OPTIONAL.filter((member) => value(member) !== '').map((member) => [member, value(member)]),
    ),
  } as Address
}

/** The values of the form fields for an address. */
export function addressValues(address: Address | undefined, prefix: Prefix = ''): Fields {
  return Object.fromEntries(
    Object.entries(address ?? {}).map(([member, value]) => [prefix + member, String(value)]),
  )
}

/** All errors of an address in a form, including a postal code that is missing while no country is chosen. */
export function addressErrors(form: Fields, prefix: Prefix = ''): FieldError[] {
  const intro = prefix === 'billingAddress.' ? 'Billing address: ' : ''
  const address = addressIn(form, prefix)
  const problems = addressProblems(address)
  // Without a country, the rules require no postal code. Report it together with the country, not in the next response.
  if (!isCountry(address.country) && !isVisible(address.postalCode ?? ''))
    problems.push({ member: 'postalCode', message: 'Enter the postal code, if your country has one' })
  return problems.map(({ member, message }) => ({ field: prefix + member, message: intro + message }))
}

/** All errors in the form of the checkout's first step. */
export function contactErrors(form: Fields): FieldError[] {
  return [
    ...(asciiEmail((form.email ?? '').trim()) ? [] : [{ field: 'email', message: ADVICE.email! }]),
    ...addressErrors(form, 'shippingAddress.'),
    ...(form.differentBilling === 'yes' ? addressErrors(form, 'billingAddress.') : []),
  ]
}
