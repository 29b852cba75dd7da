import type { Handles } from '../needs.ts'
import { hashSecret } from '../rules/hash-secret.ts'
import { findResetToken, findVerificationToken } from '../store/mail-tokens.ts'

const find = { verification: findVerificationToken, 'password reset': findResetToken }

export const checkMailToken: Handles<'checkMailToken'> = async ({ token, purpose }, context) => {
  const found = await find[purpose](context.sql, hashSecret(token), context.now())
  return { works: found !== undefined }
}
