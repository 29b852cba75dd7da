import { newSecret } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { hashToken } from '../rules/hash-token.ts'
import { PASSWORD_RESET_TOKEN_MS } from '../rules/limits.ts'
import { hasResetRequests, insertResetTokens, takeResetRequests } from '../store/password-resets.ts'

/** Requests per call. */
const BATCH = 50

export const issuePasswordResets: Handles<'issuePasswordResets'> = async (_input, context) => {
  if (!(await hasResetRequests(context.sql))) return context.unchanged({ issued: 0 })
  return context.commit(async ({ sql, emit }) => {
    const accounts = await takeResetRequests(sql, BATCH)
    if (accounts.length === 0) return { issued: 0 }
    const resets = accounts.map((account) => ({ ...account, token: newSecret('rst') }))
    const expiresAt = new Date(context.now().getTime() + PASSWORD_RESET_TOKEN_MS)
    await insertResetTokens(
      sql,
      resets.map(({ token, customerId }) => ({ tokenHash: hashToken(token), customerId })),
      expiresAt,
    )
    // Emitted here and not by requestPasswordReset(), because the event contains the token
    for (const reset of resets) emit('passwordResetRequested', reset)
    return { issued: resets.length }
  })
}
