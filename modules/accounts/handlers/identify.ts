import type { Handles } from '../needs.ts'
import { hashToken } from '../rules/hash-token.ts'
import { SESSION_MS, SESSION_TOUCH_MS, STAFF_TOUCH_MS } from '../rules/limits.ts'
import { findSession, touchSession } from '../store/sessions.ts'
import { findStaff, touchStaff } from '../store/staff.ts'

export const identify: Handles<'identify'> = async ({ token }, context) => {
  const hash = hashToken(token)
  const now = context.now()
  if (token.startsWith('key_')) {
    const staff = await findStaff(context.sql, hash)
    if (!staff)
      return {
        caller: null,
        refusal: 'the API key is unknown or revoked. Ask the owner of the shop for a new one',
      }
    const { staffId, permissions, lastUsedAt } = staff
    if (now.getTime() - (lastUsedAt?.getTime() ?? 0) >= STAFF_TOUCH_MS)
      await touchStaff(context.sql, staffId, now)
    return { caller: { kind: 'staff', staffId, permissions } }
  }
  const session = await findSession(context.sql, hash, now)
  if (!session) return { caller: null, refusal: 'the session is unknown or has ended. Log in again' }
  // Every request comes here. Recording each use of the session would cost a write per request.
  if (now.getTime() - session.touchedAt.getTime() >= SESSION_TOUCH_MS) {
    await touchSession(context.sql, session.id, now, new Date(now.getTime() + SESSION_MS))
  }
  return { caller: { kind: 'customer', customerId: session.customerId, sessionId: session.id } }
}
