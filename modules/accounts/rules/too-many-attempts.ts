import { Failure } from '#runtime/contract/failure.ts'

/** The declared failure of log-in and password change, with the time until attempts are taken again. */
export function tooManyAttempts(now: Date, windowEndsAt: Date | undefined): Failure {
  const waitMs = (windowEndsAt ?? now).getTime() - now.getTime()
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new Failure(
    'TOO_MANY_ATTEMPTS',
    429,
    `Cannot check the password: there were too many wrong ones. Try again in ${Math.ceil(retryAfterSeconds / 60)} min, or set a new password by mail now`,
    { retryAfterSeconds },
  )
}
