import type { Cart } from '#modules/cart/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { CookieChange, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext } from '../needs.ts'

const MONTH_SECONDS = 30 * 86_400
const CART_COOKIE = 'pando_cart'
const COUNT_COOKIE = 'pando_cart_count'
const ORDERS_COOKIE = 'pando_orders'
/** The cookies that the edge reads tokens from. */
const BEARER_COOKIE = 'pando_bearer'
const SESSION_COOKIE = 'pando_session'
const MAX_ORDERS = 5

/** The visitor's cart; null when they have none that can still be used. */
export async function findCart(request: PageRequest, context: ShopContext): Promise<Cart | null> {
  const cartId = request.cookies[CART_COOKIE] ?? (await cartOfCustomer(context))
  if (!cartId) return null
  try {
    const cart = await context.calls.cart.getCart({ cartId })
    return cart.status === 'ordered' ? null : cart
  } catch (error) {
    if (isFailure(error, 'CART_NOT_FOUND', 'CART_EXPIRED', 'INVALID_INPUT')) return null
    throw error
  }
}

async function cartOfCustomer(context: ShopContext): Promise<string | null> {
  if (context.caller.kind !== 'customer') return null
  return (await context.calls.cart.findMyCart({})).cartId
}

/** Runs `change` on the visitor's cart, or on a new one where there is none that can be changed. */
export async function changeCart(
  request: PageRequest,
  context: ShopContext,
  change: (cartId: string, context: ShopContext) => Promise<Cart>,
): Promise<{ cart: Cart; cookies: CookieChange[] }> {
  const found = await findCart(request, context)
  if (found && found.status === 'open') {
    const cart = await change(found.id, context)
    return { cart, cookies: cartCookies(cart) }
  }
  const created = await context.calls.cart.createCart({})
  const cart = await change(created.id, await context.withTokens({ bearer: created.token }))
  const bearer = { name: BEARER_COOKIE, value: created.token, maxAge: MONTH_SECONDS }
  return { cart, cookies: [...cartCookies(cart), bearer] }
}

export function cartCookies(cart: Cart): CookieChange[] {
  return [
    { name: CART_COOKIE, value: cart.id, maxAge: MONTH_SECONDS },
    { name: COUNT_COOKIE, value: String(piecesIn(cart)), maxAge: MONTH_SECONDS },
  ]
}

export function piecesIn(cart: Cart | null): number {
  return cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0
}

/** Leaves the cart behind that has become an order. */
export function forgetCart(): CookieChange[] {
  return [
    { name: CART_COOKIE, value: null },
    { name: COUNT_COOKIE, value: null },
  ]
}

/** Keeps a guest's key to an order they placed, beside those to a few earlier ones. */
export function rememberOrder(request: PageRequest, orderId: string): CookieChange[] {
  const bearer = request.cookies[BEARER_COOKIE]
  if (!bearer) return []
  const others = orderKeys(request).filter(([id]) => id !== orderId)
  const kept = [[orderId, bearer], ...others].slice(0, MAX_ORDERS)
  return [{ name: ORDERS_COOKIE, value: kept.map((pair) => pair.join('.')).join(' '), maxAge: MONTH_SECONDS }]
}

/** The context of whoever may read this order: the visitor, with the key that they keep for it. */
export async function asBuyerOf(
  request: PageRequest,
  context: ShopContext,
  orderId: string,
): Promise<ShopContext> {
  const key = orderKeys(request).find(([id]) => id === orderId)
  return key ? context.withTokens({ bearer: key[1]! }) : context
}

function orderKeys(request: PageRequest): string[][] {
  return (request.cookies[ORDERS_COOKIE] ?? '')
    .split(' ')
    .map((pair) => pair.split('.'))
    .filter((pair) => pair.length === 2)
}

export function sessionCookie(token: string | null): CookieChange {
  return { name: SESSION_COOKIE, value: token, ...(token ? { maxAge: MONTH_SECONDS } : {}) }
}

/** After a log-in: the cart of the guest becomes the customer's, or joins the one that they have. */
export async function adoptCart(
  request: PageRequest,
  context: ShopContext,
  session: string,
): Promise<CookieChange[]> {
  const customer = await context.withTokens({ session })
  const cartId = request.cookies[CART_COOKIE]
  try {
    if (cartId) await customer.calls.cart.adoptCart({ cartId })
  } catch (error) {
    if (!(error instanceof Failure) || error.status >= 500) throw error
    // A cart that is gone, or an order already, has nothing to bring along.
  }
  const mine = await customer.calls.cart.findMyCart({})
  if (!mine.cartId) return forgetCart()
  return cartCookies(await customer.calls.cart.getCart({ cartId: mine.cartId }))
}

export function isFailure(error: unknown, ...codes: string[]): error is Failure {
  return error instanceof Failure && codes.includes(error.code)
}
