import { hashClaim } from '../count-attempt.ts'
import type { Handles } from '../needs.ts'
import { refuseCommonPassword } from '../refuse-common-password.ts'
import { accountGone } from '../rules/account-gone.ts'
import { limitsOfCustomer } from '../rules/attempt-limits.ts'
import { customerOf } from '../rules/customer-of.ts'
import { findPasswordHash, updateCustomer } from '../store/customers.ts'
import { deleteDevices } from '../store/devices.ts'
import { refundAttempts } from '../store/failed-attempts.ts'
import { deleteResetTokens } from '../store/mail-tokens.ts'
import { endSessions } from '../store/sessions.ts'

export const updateMe: Handles<'updateMe'> = async (input, context) => {
  const { customerId, sessionId } = customerOf(context.caller)
  const passwordHash = input.password && (await checkedNewPassword(customerId, input.password, context))
  return context.commit(async ({ sql }) => {
    const [account] = await Promise.all([
      updateCustomer(sql, customerId, { name: input.name, passwordHash }),
      passwordHash && endSessions(sql, customerId, sessionId),
      passwordHash && deleteResetTokens(sql, customerId),
      passwordHash && deleteDevices(sql, customerId),
    ])
    if (!account) throw accountGone(customerId)
    return account
  })
}

/** The hash of the new password, when the present one is right. A thief of a session has as few guesses as one without. */
async function checkedNewPassword(
  customerId: string,
  password: { current: string; new: string },
  context: Parameters<Handles<'updateMe'>>[1],
): Promise<string> {
  const present = await findPasswordHash(context.sql, customerId)
  if (!present) throw accountGone(customerId)
  refuseCommonPassword(context, password.new, present.emailKey)
  const limits = limitsOfCustomer(customerId)
  const claim = { limits, address: present.emailKey, password: password.current }
  const { passwordHash, attempts } = await hashClaim(context, claim)
  if (passwordHash !== present.passwordHash) {
    throw context.fail('WRONG_PASSWORD', 'Cannot change the password: the present one is not right')
  }
  await refundAttempts(context.sql, attempts)
  return context.services.passwords.hash(context.sql, password.new, present.emailKey)
}
