import { Failure } from '#runtime/contract/failure.ts'

/**
 * The TOO_MANY_ATTEMPTS failure, with the time until `windowEndsAt`, when the next attempt is allowed. If that is
 * undefined, because the count was deleted meanwhile, it says to retry after one second.
 */
export function tooManyAttempts(now: Date, windowEndsAt: Date | undefined): Failure {
  const waitMs = (windowEndsAt ?? now).getTime() - now.getTime()
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new Failure(
    'TOO_MANY_ATTEMPTS',
    429,
    `Cannot check the password: there were too many wrong ones. Try again in ${Math.ceil(retryAfterSeconds / 60)} min, or reset the password by email now`,
    { retryAfterSeconds },
  )
}
