import { newId, newSecret } from '#shared/ids.ts'
import { hashClaim } from '../hash-claim.ts'
import type { Handles } from '../needs.ts'
import { emailKey } from '../rules/email-key.ts'
import { hashSecret } from '../rules/hash-secret.ts'
import { SESSION_MS } from '../rules/limits.ts'
import { openSession } from '../store/sessions.ts'

/** Whatever is known about the address, a failure costs one count, one hash and one look-up. */
export const logIn: Handles<'logIn'> = async (input, context) => {
  const address = emailKey(input.email)
  const claim = { subject: address, address, password: input.password }
  const { passwordHash, attempt } = await hashClaim(context, claim)
  const now = context.now()
  const token = newSecret('ses')
  const session = {
    id: newId('sid', now.getTime()),
    tokenHash: hashSecret(token),
    now,
    expiresAt: new Date(now.getTime() + SESSION_MS),
  }
  return context.commitStatement(async (sql) => {
    const account = await openSession(sql, { emailKey: address, passwordHash }, attempt, session)
    if (!account) {
      throw context.fail(
        'INVALID_CREDENTIALS',
        'Cannot log in: the address and the password do not belong together',
      )
    }
    return { token, expiresAt: session.expiresAt.toISOString(), account }
  })
}
