import type { Caller } from '#runtime/contract/caller.ts'
import { matchesSecret } from '#shared/secrets.ts'
import { canBecome, type Status } from './transitions.ts'

/** Whose an order is: a customer's, or else whoever holds the token of the cart that it was. */
export interface Ownership {
  customerId: string | null
  /** Of the cart's bearer token. */
  tokenHash: string
}

export function mayRead(order: Ownership, caller: Caller): boolean {
  return owns(order, caller) || mayAs(caller, 'orders.read')
}

/** Whether the caller may cancel it as it stands. */
export function mayCancel(order: Ownership & { status: Status }, caller: Caller): boolean {
  return canBecome(order.status, 'cancelled') && (owns(order, caller) || mayAs(caller, 'orders.write'))
}

/**
 * A customer's order is kept from the cart's token: who logs out leaves it behind in the browser, for the next person
 * who sits there.
 */
function owns(order: Ownership, caller: Caller): boolean {
  if (caller.kind !== 'guest' && caller.kind !== 'customer') return false
  if (order.customerId !== null) return caller.kind === 'customer' && caller.customerId === order.customerId
  return caller.bearer !== undefined && matchesSecret(caller.bearer, order.tokenHash)
}

function mayAs(caller: Caller, permission: string): boolean {
  if (caller.kind === 'system') return true
  return (
    caller.kind === 'staff' && (caller.permissions.includes(permission) || caller.permissions.includes('*'))
  )
}
