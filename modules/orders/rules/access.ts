import type { Caller } from '#runtime/contract/caller.ts'
import { matchesSecret } from '#shared/secrets.ts'
import { canBecome, type Status } from './transitions.ts'

/** Whose an order is: a customer's, or else of the caller that has the token of its cart or a key to it. */
export interface Ownership {
  customerId: string | null
  /** Of the cart's bearer token. */
  tokenHash: string
  /** Whether the caller's bearer token is a key to this order (`order-key.ts`). */
  hasKey?: boolean
}

export function mayRead(order: Ownership, caller: Caller): boolean {
  return owns(order, caller) || mayReadAll(caller)
}

export function mayReadAll(caller: Caller): boolean {
  return mayAs(caller, 'orders.read')
}

/** Whether the caller may cancel it as it stands. */
export function mayCancel(order: Ownership & { status: Status }, caller: Caller): boolean {
  return canBecome(order.status, 'cancelled') && (owns(order, caller) || mayAs(caller, 'orders.write'))
}

/**
 * A customer's order is kept from the cart's token and from keys: a customer who logs out leaves the token behind in the
 * browser, and mails are forwarded. The log-in opens it.
 */
export function owns(order: Ownership, caller: Caller): boolean {
  if (caller.kind !== 'guest' && caller.kind !== 'customer') return false
  if (order.customerId !== null) return caller.kind === 'customer' && caller.customerId === order.customerId
  return (
    order.hasKey === true || (caller.bearer !== undefined && matchesSecret(caller.bearer, order.tokenHash))
  )
}

function mayAs(caller: Caller, permission: string): boolean {
  if (caller.kind === 'system') return true
  return (
    caller.kind === 'staff' && (caller.permissions.includes(permission) || caller.permissions.includes('*'))
  )
}
