import { Failure, type FieldProblem } from '#runtime/contract/failure.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import type { FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'

export type Fields = Record<string, string>

/** What to do about a field, by its name. */
export const ADVICE: Record<string, string> = {
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
  if (error.code === 'EMAIL_INVALID') return { values, errors: [{ field: 'email', message: ADVICE.email! }] }
  if (error.code === 'TOO_MANY_ATTEMPTS' && field !== undefined) {
    const wait = waitingTime(error.retryAfterSeconds ?? 60)
    const message = `Too many wrong passwords. Wait ${wait}, or set a new password by email now`
    return { values, errors: [{ field, message, href: links.passwordReset }] }
  }
  if (error.code === 'ADDRESS_INVALID') {
    const { fields } = error.data as { fields: FieldProblem[] }
    return { values, errors: fields.map((each) => ({ ...each, field: nameOf(each.field) })) }
  }
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

/** How a refused form is answered: as too many tries with the time to wait, where that is why; else as one to mend. */
export function refusalOptions(error: unknown): { status: number; headers?: Record<string, string> } {
  if (!(error instanceof Failure) || error.status !== 429) return { status: 422 }
  return { status: 429, headers: { 'retry-after': String(error.retryAfterSeconds ?? 60) } }
}

/** `/shippingAddress/line1` is the form's `shippingAddress.line1`. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.')
}

function adviceFor({ field, message }: FieldProblem, advice: Readonly<Record<string, string>>): string {
  const member = field.split('/').at(-1)!
  const text = advice[member] ?? `Check "${member}": it ${message}`
  return field.startsWith('/billingAddress/') ? `Billing address: ${text}` : text
}
