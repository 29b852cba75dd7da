import type { Handles } from '../needs.ts'
import { hashToken } from '../rules/hash-token.ts'
import { findResetToken, findVerificationToken } from '../store/mail-tokens.ts'

const findByPurpose = { verification: findVerificationToken, 'password reset': findResetToken }

export const checkMailToken: Handles<'checkMailToken'> = async ({ token, purpose }, context) => {
  const found = await findByPurpose[purpose](context.sql, hashToken(token), context.now())
  return { works: found !== undefined }
}
