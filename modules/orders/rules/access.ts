import type { Caller } from '#runtime/contract/caller.ts'
import { matchesSecret } from '#shared/secrets.ts'
import { canBecome, type Status } from './transitions.ts'

/** The owner of an order: a customer, or for a guest's order every caller with the token of its cart or a key to the order. */
export interface Ownership {
  customerId: string | null
  /** The hash of the cart's bearer token. */
  tokenHash: string
  /**
   * Whether the caller's bearer token is a key to this order (`order-key.ts`), or the caller is the customer who has
   * confirmed the order's email address: both give the same access.
   */
  hasKey?: boolean
}

export function mayRead(order: Ownership, caller: Caller): boolean {
  return owns(order, caller) || mayReadAll(caller)
}

export function mayReadAll(caller: Caller): boolean {
  return hasPermission(caller, 'orders.read')
}

/** Whether the order can be cancelled in its current status, and this caller may do it. */
export function mayCancel(order: Ownership & { status: Status }, caller: Caller): boolean {
  return (
    canBecome(order.status, 'cancelled') && (owns(order, caller) || hasPermission(caller, 'orders.write'))
  )
}

/**
 * Whether the order is the caller's. A customer's order needs the log-in. Tokens and keys do not open it, because a
 * token stays in the browser after the log-out, and recipients forward emails with keys.
 */
export function owns(order: Ownership, caller: Caller): boolean {
  if (caller.kind !== 'guest' && caller.kind !== 'customer') return false
  if (order.customerId !== null) return caller.kind === 'customer' && caller.customerId === order.customerId
  return (
    order.hasKey === true || (caller.bearer !== undefined && matchesSecret(caller.bearer, order.tokenHash))
  )
}

function hasPermission(caller: Caller, permission: string): boolean {
  if (caller.kind === 'system') return true
  return (
    caller.kind === 'staff' && (caller.permissions.includes(permission) || caller.permissions.includes('*'))
  )
}
