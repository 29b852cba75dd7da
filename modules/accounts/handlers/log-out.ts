import type { Handles } from '../needs.ts'
import { endSession } from '../store/sessions.ts'

export const logOut: Handles<'logOut'> = async (_input, context) => {
  const { caller } = context
  if (caller.kind !== 'customer') return context.unchanged({})
  return context.commitStatement(async (sql) => {
    await endSession(sql, caller.sessionId)
    return {}
  })
}
