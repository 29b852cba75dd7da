import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import { mayUse } from './rules/access.ts'
import type { CartState } from './rules/cart-state.ts'
import { isExpired } from './rules/expiry.ts'

/** The part of a handler's context that `requireUsable` needs. All methods on a cart declare its failures. */
export interface UsableCheck {
  readonly caller: Caller
  now(): Date
  fail(code: 'CART_NOT_FOUND' | 'CART_EXPIRED', message: string): Failure
}

/** The part of a handler's context that `requireOpen` needs. */
export interface OpenCheck {
  readonly caller: Caller
  now(): Date
  fail(
    code: 'CART_NOT_FOUND' | 'CART_EXPIRED' | 'CART_IN_CHECKOUT' | 'CART_ORDERED',
    message: string,
    data?: { orderId: string },
  ): Failure
}

/**
 * Returns the cart if the caller may use it. A cart of another owner fails in the same way as one that does not exist.
 */
export function requireUsable(context: UsableCheck, cartId: string, cart: CartState | undefined): CartState {
  if (!cart || cart.mergedInto !== null || !mayUse(cart, context.caller)) {
    throw context.fail(
      'CART_NOT_FOUND',
      `Cannot find the cart "${cartId}": create a new one, or send the token of this one${
        context.caller.kind === 'customer' ? ' as Pando-Bearer, in addition to your session' : ''
      }`,
    )
  }
  if (isExpired(cart, context.now())) {
    throw context.fail(
      'CART_EXPIRED',
      `Cannot use the cart "${cartId}": it was not used for too long and has expired; create a new one`,
    )
  }
  return cart
}

/** Returns the cart if the caller may use it and it can be changed now. */
export function requireOpen(context: OpenCheck, cartId: string, found: CartState | undefined): CartState {
  const cart = requireUsable(context, cartId, found)
  if (cart.status === 'frozen') {
    throw context.fail(
      'CART_IN_CHECKOUT',
      `Cannot change the cart "${cartId}": an order for it is being placed`,
    )
  }
  if (cart.status === 'ordered') {
    throw context.fail(
      'CART_ORDERED',
      `Cannot change the cart "${cartId}": it was ordered as "${cart.orderId}"`,
      {
        orderId: cart.orderId!,
      },
    )
  }
  return cart
}
