import type { Caller } from '#runtime/contract/caller.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'

/** The calling customer. Throws UNAUTHENTICATED for other callers: staff and the system have no account. */
export function requireCustomer(caller: Caller): { customerId: string; sessionId: string } {
  if (caller.kind === 'customer') return caller
  throw runtimeFailure(
    'UNAUTHENTICATED',
    `Cannot do this as ${caller.kind}: send the token of a customer's session`,
  )
}
