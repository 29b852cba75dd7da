import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import { mayUse } from './rules/access.ts'
import type { CartState } from './rules/cart-state.ts'
import { isExpired } from './rules/expiry.ts'

/** The part of a handler's context that these checks need; their failures are declared by all methods on a cart. */
export interface Reading {
  readonly caller: Caller
  now(): Date
  fail(code: 'CART_NOT_FOUND' | 'CART_EXPIRED', message: string): Failure
}

export interface Changing {
  readonly caller: Caller
  now(): Date
  fail(
    code: 'CART_NOT_FOUND' | 'CART_EXPIRED' | 'CART_IN_CHECKOUT' | 'CART_ORDERED',
    message: string,
    data?: { orderId: string },
  ): Failure
}

/** The cart, if the caller may use it. A cart of somebody else has the same answer as none. */
export function requireUsable(context: Reading, cartId: string, cart: CartState | undefined): CartState {
  if (!cart || cart.mergedInto !== null || !mayUse(cart, context.caller)) {
    throw context.fail(
      'CART_NOT_FOUND',
      `Cannot find the cart "${cartId}": open a new one, or send the token of this one${
        context.caller.kind === 'customer' ? ' as Pando-Bearer, beside your session' : ''
      }`,
    )
  }
  if (isExpired(cart, context.now())) {
    throw context.fail(
      'CART_EXPIRED',
      `Cannot use the cart "${cartId}": it was not used for too long; open a new one`,
    )
  }
  return cart
}

/** The cart, if the caller may change it now. */
export function requireOpen(context: Changing, cartId: string, found: CartState | undefined): CartState {
  const cart = requireUsable(context, cartId, found)
  if (cart.status === 'frozen') {
    throw context.fail('CART_IN_CHECKOUT', `Cannot change the cart "${cartId}": an order for it is under way`)
  }
  if (cart.status === 'ordered') {
    throw context.fail(
      'CART_ORDERED',
      `Cannot change the cart "${cartId}": it has become the order "${cart.orderId}"`,
      {
        orderId: cart.orderId!,
      },
    )
  }
  return cart
}
