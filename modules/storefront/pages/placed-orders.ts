import type { Order } from '#modules/orders/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { cookieNames, setCookie } from './cookies.ts'

const MAX_ORDERS = 5
const MAX_AGE_SECONDS = 90 * 86_400

/**
 * An order that was placed in this browser or opened with a link's key. `token` opens it for a guest: the token of the
 * ordered cart, or the key.
 */
type PlacedOrder = { orderId: string; token: string | undefined }

/**
 * Puts the order first in the cookie with this browser's latest 5 orders, each with the token that opens it for a guest.
 * The browser keeps the cookie for 90 days.
 */
export function rememberOrder(request: PageRequest, context: ShopContext, orderId: string): CookieChange {
  const { caller } = context
  const token = caller.kind === 'guest' || caller.kind === 'customer' ? caller.bearer : undefined
  const others = placedOrders(request).filter((each) => each.orderId !== orderId)
  const kept = [{ orderId, token }, ...others].slice(0, MAX_ORDERS)
  const value = kept.map((each) => (each.token ? `${each.orderId}.${each.token}` : each.orderId)).join(' ')
  return setCookie('orders', value, MAX_AGE_SECONDS)
}

/** The id of the order that was placed or opened last in this browser. */
export function lastOrderId(request: PageRequest): string | undefined {
  return placedOrders(request)[0]?.orderId
}

/** The visitor's context with the token that their browser has for this order; unchanged without such a token. */
export async function asBuyer(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
): Promise<ShopContext> {
  const bearer = placedOrders(request).find((each) => each.orderId === orderId)?.token
  return bearer ? context.withTokens({ bearer }) : context
}

/** The order; undefined if it does not exist or the caller may not read it. */
export async function readOrder({ calls }: ShopContext, orderId: string): Promise<Order | undefined> {
  try {
    return await calls.orders.getOrder({ orderId })
  } catch (error) {
    if (error instanceof Failure && ['ORDER_NOT_FOUND', 'INVALID_INPUT'].includes(error.code))
      return undefined
    throw error
  }
}

function placedOrders(request: PageRequest): PlacedOrder[] {
  const pairs = (request.cookies[cookieNames.orders] ?? '').split(' ')
  return pairs.flatMap((pair) => {
    const found = /^(ord_[0-9a-z]{1,40})(?:\.(\w{1,100}))?$/.exec(pair)
    return found ? [{ orderId: found[1]!, token: found[2] }] : []
  })
}
