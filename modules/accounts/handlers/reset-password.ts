import { newSecret } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { refuseCommonPassword } from '../refuse-common-password.ts'
import { hashToken } from '../rules/hash-token.ts'
import { DEVICE_MS } from '../rules/limits.ts'
import { deleteAddresses } from '../store/addresses.ts'
import { confirmEmail, updateCustomer } from '../store/customers.ts'
import { deleteDevices, insertDevice } from '../store/devices.ts'
import { findResetToken, useResetToken } from '../store/mail-tokens.ts'
import { endSessions } from '../store/sessions.ts'

export const resetPassword: Handles<'resetPassword'> = async (input, context) => {
  const invalid = () =>
    context.fail(
      'TOKEN_INVALID',
      'Cannot set the password: the link was used or has expired. Request a new one',
    )
  const tokenHash = hashToken(input.token)
  const reset = await findResetToken(context.sql, tokenHash, context.now())
  if (!reset) throw invalid()
  const { customerId } = reset
  refuseCommonPassword(context, input.password, { email: reset.emailKey, name: reset.name })
  const passwordHash = await context.services.passwords.hash(context.sql, input.password, reset.emailKey)
  const device = newSecret('dev')
  const expiresAt = new Date(context.now().getTime() + DEVICE_MS)
  return context.commit(async ({ sql }) => {
    if (!(await useResetToken(sql, tokenHash, customerId))) throw invalid()
    await confirmEmail(sql, customerId, context.now())
    await Promise.all([
      updateCustomer(sql, customerId, { name: undefined, passwordHash }),
      endSessions(sql, customerId),
      deleteDevices(sql, customerId),
      // A stranger may have registered the address and saved these postal addresses. The reset proves only now that its
      // caller owns the mailbox (docs/decisions/0004).
      !reset.verified && deleteAddresses(sql, customerId),
    ])
    await insertDevice(sql, { tokenHash: hashToken(device), customerId, expiresAt })
    return { device }
  })
}
