import type { Caller } from '../contract/caller.ts'
import type { Access } from '../contract/contract.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'

/**
 * The failure when a caller may not call a method; undefined when it may. Anyone may call `internal` methods here: the
 * edge has no routes for them, and a module may call them on behalf of every caller.
 */
export function refusal(access: Access, caller: Caller): Failure | undefined {
  if (access === 'public' || access === 'internal') return undefined
  if (access === 'customer') {
    return caller.kind === 'customer'
      ? undefined
      : runtimeFailure('UNAUTHENTICATED', 'Cannot do this without a login: send the token of a session')
  }
  if (caller.kind === 'system') return undefined
  const permission = access.slice('staff:'.length)
  if (caller.kind !== 'staff') {
    return caller.kind === 'customer'
      ? runtimeFailure(
          'FORBIDDEN',
          `Cannot do this as a customer: it needs a staff member with the permission "${permission}"`,
        )
      : runtimeFailure('UNAUTHENTICATED', 'Cannot do this without the API key of a staff member')
  }
  if (caller.permissions.includes(permission) || caller.permissions.includes('*')) return undefined
  return runtimeFailure('FORBIDDEN', `Cannot do this: the staff member lacks the permission "${permission}"`)
}

/**
 * Identifies the caller in idempotency keys, so that no caller gets the answer to the request of another. All guests
 * without a token have the same scope, so no answers are kept for them (`keepsAnswer`). Jobs, reactions and other work of
 * the system share one scope.
 */
export function callerScope(caller: Caller): string {
  switch (caller.kind) {
    case 'guest':
      return `bearer:${caller.bearer}`
    case 'customer':
      return `customer:${caller.customerId}`
    case 'staff':
      return `staff:${caller.staffId}`
    case 'system':
      return 'system'
  }
}
