import { type Failure, runtimeFailure } from '#runtime/contract/failure.ts'

/** The failure for a caller whose account no longer exists. */
export function accountNotFound(customerId: string): Failure {
  return runtimeFailure('UNAUTHENTICATED', `Cannot find the account "${customerId}": log in again`)
}
