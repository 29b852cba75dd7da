import type { Failure } from '#runtime/contract/failure.ts'
import { asciiEmail } from '#shared/email.ts'

/** The address as it is kept and sent to; throws EMAIL_INVALID where mails cannot be sent to it. */
export function requireEmail(
  context: { fail(code: 'EMAIL_INVALID', message: string): Failure },
  typed: string,
): string {
  const email = asciiEmail(typed)
  if (email) return email
  throw context.fail('EMAIL_INVALID', `Cannot use the e-mail address "${typed}": its domain is not one`)
}
