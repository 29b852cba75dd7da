import { type Failure, runtimeFailure } from '#runtime/contract/failure.ts'

/** For a caller whose account does not exist any more. */
export function accountGone(customerId: string): Failure {
  return runtimeFailure('UNAUTHENTICATED', `Cannot find the account "${customerId}": log in again`)
}
