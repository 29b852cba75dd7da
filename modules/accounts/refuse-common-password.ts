import type { Failure } from '#runtime/contract/failure.ts'
import { commonPasswordProblem } from './rules/common-password.ts'
import type { Services } from './services.ts'

/** Throws PASSWORD_TOO_COMMON when the password is easy to guess for an account with this email address and name. */
export function refuseCommonPassword(
  context: { services: Services; fail(code: 'PASSWORD_TOO_COMMON', message: string): Failure },
  password: string,
  { email, name }: { email: string; name: string },
): void {
  const [local = '', domain = ''] = email.split('@')
  const contextWords = [
    name,
    ...name.split(/\s+/),
    email,
    local,
    domain,
    ...domain.split('.'),
    ...context.services.shopWords,
  ]
  const problem = commonPasswordProblem(password, contextWords)
  if (problem === undefined) return
  throw context.fail(
    'PASSWORD_TOO_COMMON',
    `Cannot use this password: ${problem}. Choose another one, such as several unrelated words`,
  )
}
