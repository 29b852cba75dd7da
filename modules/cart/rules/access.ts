import type { Caller } from '#runtime/contract/caller.ts'
import { matchesSecret } from '#shared/secrets.ts'
import type { CartState } from './cart-state.ts'

/**
 * Whether the caller may use the cart. A customer may use their own cart, the holder of the token a guest's cart, and
 * the system every cart. The token of an adopted cart is not accepted: another browser may still have it, or an
 * attacker may have placed it in the customer's browser before the adoption.
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
