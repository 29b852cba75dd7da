import type { Handles } from '../needs.ts'
import { endSession } from '../store/sessions.ts'

export const logOut: Handles<'logOut'> = async (_input, context) => {
  const { caller } = context
  if (caller.kind === 'staff') {
    throw context.fail(
      'NO_SESSION',
      'Cannot end a session: the token is an API key. Revoke it with DELETE /admin/staff/{staffId}',
    )
  }
  if (caller.kind !== 'customer') return context.unchanged({})
  return context.commitStatement(async (sql) => {
    await endSession(sql, caller.sessionId)
    return {}
  })
}
