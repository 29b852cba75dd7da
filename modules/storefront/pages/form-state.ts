import { Failure, type FieldProblem } from '#runtime/contract/failure.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import type { FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'

export type Fields = Record<string, string>

/** Messages for invalid fields, by the last part of the field's name. */
export const ADVICE: Record<string, string> = {
  email: 'Enter an email address like name@example.com',
  password: 'Choose a password of at least 10 characters',
  name: 'Enter your name',
  line1: 'Enter the street and number',
  city: 'Enter the town or city',
  postalCode: 'Enter the postal code',
  country: 'Choose a country',
}

/** Messages for shoppers in place of those of the API, by failure code. */
const SHOPPER_MESSAGES: Record<string, string> = {
  COUNTRY_NOT_SERVED: 'We do not deliver to this country. Please use another address',
}

/**
 * A form with its submitted values, without the password, and the errors of a failure. A failure that names no fields
 * becomes an error of `field`. `advice` overrides entries of ADVICE for fields with another meaning in this form.
 * Rethrows every error that the shopper cannot fix in the form: bugs, statuses from 500 up, and, without `field`,
 * failures that name no fields.
 */
export function refusedForm(
  form: Fields,
  error: unknown,
  field?: string,
  advice: Readonly<Record<string, string>> = {},
): FormState {
  const { password, ...values } = form
  if (!(error instanceof Failure) || error.status >= 500) throw error
  if (error.code === 'EMAIL_INVALID') return { values, errors: [{ field: 'email', message: ADVICE.email! }] }
  if (error.code === 'TOO_MANY_ATTEMPTS' && field !== undefined) {
    const wait = waitingTime(error.retryAfterSeconds ?? 60)
    const message = `Too many wrong passwords. Wait ${wait}, or set a new password by email now`
    return { values, errors: [{ field, message, href: links.passwordReset }] }
  }
  if (error.code === 'ADDRESS_INVALID') {
    const { fields } = error.data as { fields: FieldProblem[] }
    return { values, errors: fields.map((each) => ({ ...each, field: fieldName(each.field) })) }
  }
  if (error.code !== 'INVALID_INPUT' || !error.fields || error.fields.length === 0) {
    if (field === undefined) throw error
    return { values, errors: [{ field, message: SHOPPER_MESSAGES[error.code] ?? error.message }] }
  }
  return {
    values,
    errors: error.fields.map((problem) => ({
      field: fieldName(problem.field),
      message: adviceFor(problem, { ...ADVICE, ...advice }),
    })),
  }
}

/** The status of a refused form: 429 with the time to wait after too many attempts, otherwise 422. */
export function refusalOptions(error: unknown): { status: number; headers?: Record<string, string> } {
  if (!(error instanceof Failure) || error.status !== 429) return { status: 422 }
  return { status: 429, headers: { 'retry-after': String(error.retryAfterSeconds ?? 60) } }
}

/** Converts a JSON Pointer to a field name: `/shippingAddress/line1` to `shippingAddress.line1`. */
function fieldName(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.')
}

function adviceFor({ field, message }: FieldProblem, advice: Readonly<Record<string, string>>): string {
  const member = field.split('/').at(-1)!
  const text = advice[member] ?? `Check "${member}": it ${message}`
  return field.startsWith('/billingAddress/') ? `Billing address: ${text}` : text
}
