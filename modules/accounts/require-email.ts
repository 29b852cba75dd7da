import type { Failure } from '#runtime/contract/failure.ts'
import { asciiEmail } from '#shared/email.ts'

/** Converts an address to the form to store (`asciiEmail`). Throws EMAIL_INVALID when its domain is invalid. */
export function requireEmail(
  context: { fail(code: 'EMAIL_INVALID', message: string): Failure },
  typed: string,
): string {
  const email = asciiEmail(typed)
  if (email) return email
  throw context.fail('EMAIL_INVALID', `Cannot use the email address "${typed}": its domain is not valid`)
}
