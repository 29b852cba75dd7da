import { emailKey } from '#shared/email.ts'
import type { Handles } from '../needs.ts'
import { requireEmail } from '../require-email.ts'
import { insertResetRequest } from '../store/password-resets.ts'

/** Only records the request. `issuePasswordResets` looks up the account later, where its timing reveals nothing. */
export const requestPasswordReset: Handles<'requestPasswordReset'> = async ({ email }, context) => {
  const key = emailKey(requireEmail(context, email))
  return context.commitStatement(async (sql) => {
    await insertResetRequest(sql, key, context.now())
    return {}
  })
}
