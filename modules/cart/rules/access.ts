import type { Caller } from '#runtime/contract/caller.ts'
import { matchesSecret } from '#shared/secrets.ts'
import type { CartState } from './cart-state.ts'

/**
 * Whether this caller may use the cart: its customer, who has the token of a guest's, or the shop itself. A token does not
 * open a cart that a customer has: it may be in another browser, or have been planted in the customer's own before.
 */
export function mayUse(cart: Pick<CartState, 'customerId' | 'tokenHash'>, caller: Caller): boolean {
  switch (caller.kind) {
    case 'system':
      return true
    case 'staff':
      return false
    case 'customer':
      if (cart.customerId !== null) return cart.customerId === caller.customerId
      return hasToken(cart, caller.bearer)
    case 'guest':
      return cart.customerId === null && hasToken(cart, caller.bearer)
  }
}

function hasToken({ tokenHash }: Pick<CartState, 'tokenHash'>, bearer: string | undefined): boolean {
  return bearer !== undefined && matchesSecret(bearer, tokenHash)
}
