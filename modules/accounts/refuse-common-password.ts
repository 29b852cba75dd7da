import type { Failure } from '#runtime/contract/failure.ts'
import { commonPasswordProblem } from './rules/common-password.ts'
import type { Services } from './services.ts'

/** Fails with PASSWORD_TOO_COMMON when the password for an account with this address is one that is tried first. */
export function refuseCommonPassword(
  context: { services: Services; fail(code: 'PASSWORD_TOO_COMMON', message: string): Failure },
  password: string,
  email: string,
): void {
  const [local = '', domain = ''] = email.split('@')
  const known = [email, local, domain, ...domain.split('.'), ...context.services.shopWords]
  const problem = commonPasswordProblem(password, known)
  if (problem === undefined) return
  throw context.fail(
    'PASSWORD_TOO_COMMON',
    `Cannot take this password: ${problem}. Choose another one, such as several words that do not belong together`,
  )
}
