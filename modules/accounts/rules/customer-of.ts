import type { Caller } from '#runtime/contract/caller.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'

/** The customer who calls. Others are refused: there is no `me` for staff or the system. */
export function customerOf(caller: Caller): { customerId: string; sessionId: string } {
  if (caller.kind === 'customer') return caller
  throw runtimeFailure(
    'UNAUTHENTICATED',
    `Cannot do this as ${caller.kind}: send the token of a customer's session`,
  )
}
