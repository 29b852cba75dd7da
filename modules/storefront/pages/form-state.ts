import { Failure, type FieldProblem } from '#runtime/contract/failure.ts'
import type { Address } from '#shared/address.ts'
import type { FormState } from '../views/form-fields.ts'

type Fields = Record<string, string>

/** What to do about a field, by its name. */
const ADVICE: Record<string, string> = {
  email: 'Enter an email address like name@example.com',
  password: 'Choose a password of at least 10 characters',
  name: 'Enter the full name',
  line1: 'Enter the street and number',
  city: 'Enter the town or city',
  postalCode: 'Enter the postal code',
  country: 'Choose a country',
  code: 'Enter a coupon code',
  quantity: 'Choose a quantity from 1 to 999',
  token: 'Choose a payment method',
  shippingOptionId: 'Choose a delivery method',
}

/**
 * A form as it was filled in, with what a failure says about its fields, or else about `field`. Passwords are not given
 * back. `advice` is for fields that mean something else in this form.
 */
export function refusedForm(
  form: Fields,
  error: unknown,
  field?: string,
  advice: Readonly<Record<string, string>> = {},
): FormState {
  const { password, ...values } = form
  if (!(error instanceof Failure) || error.status >= 500) throw error
  if (error.code !== 'INVALID_INPUT' || !error.fields || error.fields.length === 0) {
    if (field === undefined) throw error
    return { values, errors: [{ field, message: error.message }] }
  }
  return {
    values,
    errors: error.fields.map((problem) => ({
      field: nameOf(problem.field),
      message: adviceFor(problem, { ...ADVICE, ...advice }),
    })),
  }
}

/** `/shippingAddress/line1` is the form's `shippingAddress.line1`. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.')
}

function adviceFor({ field, message }: FieldProblem, advice: Readonly<Record<string, string>>): string {
  const member = field.split('/').at(-1)!
  const text = advice[member] ?? `Check "${member}": it ${message}`
  return field.startsWith('/billingAddress/') ? `${text} of the billing address` : text
}

const REQUIRED = ['name', 'line1', 'city', 'postalCode', 'country'] as const
const OPTIONAL = ['company', 'line2', 'region', 'phone'] as const

/** Reads the fields of an address; what is optional and empty is left out. */
export function addressIn(form: Fields, prefix = ''): Address {
  const value = (member: string) => (form[prefix + member] ?? '').trim()
  return {
    ...Object.fromEntries(REQUIRED.map((member) => [member, value(member)])),
    ...Object.fromEntries(
      OPTIONAL.filter((member) => value(member) !== '').map((member) => [member, value(member)]),
    ),
  } as Address
}

/** The fields of a form that show an address. */
export function addressValues(address: Address | undefined, prefix = ''): Fields {
  return Object.fromEntries(
    Object.entries(address ?? {}).map(([member, value]) => [prefix + member, String(value)]),
  )
}
