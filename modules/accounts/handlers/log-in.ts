import { emailKey } from '#shared/email.ts'
import { newId, newSecret } from '#shared/ids.ts'
import { countAndHash } from '../count-and-hash.ts'
import type { Handles } from '../needs.ts'
import { limitsOfEmail } from '../rules/attempt-limits.ts'
import { hashToken } from '../rules/hash-token.ts'
import { DEVICE_MS, SESSION_MS } from '../rules/limits.ts'
import { insertDevice, isKnownDevice } from '../store/devices.ts'
import { openSession } from '../store/sessions.ts'

/** Every failed log-in costs the same work, so that its time does not reveal whether the address is known. */
export const logIn: Handles<'logIn'> = async (input, context) => {
  const key = emailKey(input.email)
  const { clientNetwork } = context
  const deviceHash = input.device === undefined ? undefined : hashToken(input.device)
  const isKnown = deviceHash && (await isKnownDevice(context.sql, deviceHash, key, context.now()))
  const knownDevice = isKnown ? deviceHash.toString('base64url') : undefined
  const limits = limitsOfEmail(key, { clientNetwork, knownDevice })
  const { passwordHash, attempts } = await countAndHash(context, {
    limits,
    emailKey: key,
    password: input.password,
  })
  const now = context.now()
  const token = newSecret('ses')
  const session = {
    id: newId('sid', now.getTime()),
    tokenHash: hashToken(token),
    now,
    expiresAt: new Date(now.getTime() + SESSION_MS),
  }
  return context.commit(async ({ sql }) => {
    const account = await openSession(sql, { emailKey: key, passwordHash }, attempts, session)
    if (!account) {
      throw context.fail(
        'INVALID_CREDENTIALS',
        'Cannot log in: the email address and the password do not match',
      )
    }
    const answer = { token, expiresAt: session.expiresAt.toISOString(), account }
    // A stranger may have registered this address. A device would give them extra attempts at the owner's password.
    if (isKnown || !account.verified) return answer
    const deviceToken = newSecret('dev')
    const expiresAt = new Date(now.getTime() + DEVICE_MS)
    await insertDevice(sql, { tokenHash: hashToken(deviceToken), customerId: account.id, expiresAt })
    return { ...answer, device: deviceToken }
  })
}
