import { emailKey } from '#shared/email.ts'
import type { Handles } from '../needs.ts'
import { requireEmail } from '../require-email.ts'
import { insertResetRequest } from '../store/password-resets.ts'

/** Only notes the wish: `issuePasswordResets` finds out whether there is an account, where nobody can time it. */
export const requestPasswordReset: Handles<'requestPasswordReset'> = async ({ email }, context) => {
  const address = emailKey(requireEmail(context, email))
  return context.commitStatement(async (sql) => {
    await insertResetRequest(sql, address, context.now())
    return {}
  })
}
