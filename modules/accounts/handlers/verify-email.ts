import type { Handles } from '../needs.ts'
import { hashToken } from '../rules/hash-token.ts'
import { confirmEmail } from '../store/customers.ts'
import { findVerificationToken } from '../store/mail-tokens.ts'

export const verifyEmail: Handles<'verifyEmail'> = async ({ token }, context) => {
  return context.commit(async ({ sql }) => {
    const customerId = await findVerificationToken(sql, hashToken(token), context.now())
    if (customerId === undefined || !(await confirmEmail(sql, customerId, context.now()))) {
      throw context.fail(
        'TOKEN_INVALID',
        'Cannot confirm the address: the link has expired, or the address is already confirmed. Log in or reset the password',
      )
    }
    return {}
  })
}
