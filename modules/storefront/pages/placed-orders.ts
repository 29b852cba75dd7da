import type { Order } from '#modules/orders/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { cookieNames, setCookie } from './cookies.ts'

const KEPT = 5
const KEPT_SECONDS = 90 * 86_400

/** An order placed in this browser; a guest's with the token of its cart, which is the key to it. */
type PlacedOrder = { orderId: string; token: string | undefined }

/**
 * Keeps the key to an order beside those to a few earlier ones, so that a guest who fills another cart can still read
 * the orders of before.
 */
export function rememberOrder(request: PageRequest, context: ShopContext, orderId: string): CookieChange {
  const { caller } = context
  const token = caller.kind === 'guest' || caller.kind === 'customer' ? caller.bearer : undefined
  const others = placedOrders(request).filter((each) => each.orderId !== orderId)
  const kept = [{ orderId, token }, ...others].slice(0, KEPT)
  const value = kept.map((each) => (each.token ? `${each.orderId}.${each.token}` : each.orderId)).join(' ')
  return setCookie('orders', value, KEPT_SECONDS)
}

/** The order that was placed last in this browser. */
export function lastOrder(request: PageRequest): string | undefined {
  return placedOrders(request)[0]?.orderId
}

/** The context of whoever may read this order: the visitor, with the key that their browser keeps for it. */
export async function asBuyerOf(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
): Promise<ShopContext> {
  const bearer = placedOrders(request).find((each) => each.orderId === orderId)?.token
  return bearer ? context.withTokens({ bearer }) : context
}

/** The order, if this caller may read it. */
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
