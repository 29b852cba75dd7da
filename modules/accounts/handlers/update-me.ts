import { countAndHash } from '../count-and-hash.ts'
import type { Handles } from '../needs.ts'
import { refuseCommonPassword } from '../refuse-common-password.ts'
import { accountNotFound } from '../rules/account-not-found.ts'
import { limitsOfCustomer } from '../rules/attempt-limits.ts'
import { findPasswordHash, updateCustomer } from '../store/customers.ts'
import { deleteDevices } from '../store/devices.ts'
import { refundAttempts } from '../store/failed-attempts.ts'
import { deleteResetTokens } from '../store/mail-tokens.ts'
import { endSessions } from '../store/sessions.ts'

export const updateMe: Handles<'updateMe'> = async (input, context) => {
  const { customerId, sessionId } = context.caller
  const passwordHash = input.password && (await hashNewPassword(customerId, input.password, context))
  return context.commit(async ({ sql }) => {
    const [account] = await Promise.all([
      updateCustomer(sql, customerId, { name: input.name, passwordHash }),
      passwordHash && endSessions(sql, customerId, sessionId),
      passwordHash && deleteResetTokens(sql, customerId),
      passwordHash && deleteDevices(sql, customerId),
    ])
    if (!account) throw accountNotFound(customerId)
    return account
  })
}

/** Checks the current password and hashes the new one. Attempts are limited, in case the session was stolen. */
async function hashNewPassword(
  customerId: string,
  password: { current: string; new: string },
  context: Parameters<Handles<'updateMe'>>[1],
): Promise<string> {
  const account = await findPasswordHash(context.sql, customerId)
  if (!account) throw accountNotFound(customerId)
  refuseCommonPassword(context, password.new, { email: account.emailKey, name: account.name })
  const limits = limitsOfCustomer(customerId)
  const attempt = { limits, emailKey: account.emailKey, password: password.current }
  const { passwordHash, attempts } = await countAndHash(context, attempt)
  if (passwordHash !== account.passwordHash) {
    throw context.fail('WRONG_PASSWORD', 'Cannot change the password: the current password is wrong')
  }
  if (password.new === password.current)
    throw context.fail(
      'PASSWORD_TOO_COMMON',
      'Cannot use this password: it is the current one. Choose another one',
    )
  await refundAttempts(context.sql, attempts)
  return context.services.passwords.hash(context.sql, password.new, account.emailKey)
}
