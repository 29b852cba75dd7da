import type { Session } from '#modules/accounts/contract.ts'
import type { Cart } from '#modules/cart/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { rememberUnpaid } from './pending-order.ts'

const DAY_SECONDS = 86_400
/** A cart that is not used for a month ends by itself; one that is used stays. */
const CART_SECONDS = 180 * DAY_SECONDS
const DEVICE_SECONDS = 180 * DAY_SECONDS
/** No session that began before is longer. */
const NAME_SECONDS = 30 * DAY_SECONDS
const MAX_NAME_LENGTH = 40

/** What a cart that cannot be used any more is answered with: a new one takes its place. */
const GONE = ['CART_NOT_FOUND', 'CART_EXPIRED', 'CART_ORDERED']

/** The visitor's cart: the open one; where there is none, the one that is becoming an order or has become one. */
export async function findCart(request: PageRequest, context: ShopContext): Promise<Cart | null> {
  let last: Cart | null = null
  for await (const cartId of cartIds(request, context)) {
    try {
      const cart = await context.calls.cart.getCart({ cartId })
      if (cart.status === 'open') return cart
      last ??= cart
    } catch (error) {
      if (!isFailure(error, ...GONE)) throw error
    }
  }
  return last
}

/**
 * Runs `change` on the visitor's cart, or on a new one where there is none that can be used. One whose order waits for its
 * payment is left to that, and the way back to the order is kept.
 */
export async function changeCart(
  request: PageRequest,
  context: ShopContext,
  change: (cartId: string, context: ShopContext) => Promise<Cart>,
): Promise<{ cart: Cart; cookies: CookieChange[] }> {
  const left: CookieChange[] = []
  for await (const cartId of cartIds(request, context)) {
    try {
      const cart = await change(cartId, context)
      return { cart, cookies: [...cartCookies(cart), ...left] }
    } catch (error) {
      if (!isFailure(error, 'CART_IN_CHECKOUT', ...GONE)) throw error
      if (error.code === 'CART_IN_CHECKOUT')
        left.push(...(await leaveToOrder(request, context, cartId, error)))
    }
  }
  const { token, ...opened } = await context.calls.cart.createCart({})
  const bearer = context.caller.kind === 'customer' ? null : token
  const cart = await change(opened.id, bearer ? await context.withTokens({ bearer }) : context)
  return {
    cart,
    cookies: [...cartCookies(cart), ...left, ...(bearer ? [setCookie('bearer', bearer, CART_SECONDS)] : [])],
  }
}

async function leaveToOrder(
  request: PageRequest,
  context: ShopContext,
  cartId: string,
  inCheckout: Failure,
): Promise<CookieChange[]> {
  const { orderId } = await context.calls.cart.getCart({ cartId })
  // Its payment has just come to nothing: it is open again, and nothing must be put into another one.
  if (orderId === null) throw inCheckout
  return rememberUnpaid(request, context, orderId)
}

/** Where to look for the visitor's cart: the one that their browser names, then the one that their account has. */
async function* cartIds(request: PageRequest, { caller, calls }: ShopContext): AsyncGenerator<string> {
  const named = request.cookies[cookieNames.cart]
  if (named && /^crt_[0-9a-z]{1,40}$/.test(named)) yield named
  if (caller.kind !== 'customer') return
  const { cartId } = await calls.cart.findMyCart({})
  if (cartId && cartId !== named) yield cartId
}

export function cartCookies(cart: Cart): CookieChange[] {
  return [
    setCookie('cart', cart.id, CART_SECONDS),
    setCookie('cartCount', String(piecesIn(cart)), CART_SECONDS),
  ]
}

export function piecesIn(cart: Cart | null): number {
  return cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0
}

/** Leaves the cart behind that has become an order, with its token: `rememberOrder` keeps that. */
export function forgetCart(): CookieChange[] {
  return deleteCookies('cart', 'cartCount', 'bearer')
}

/** Opens the session in the browser. A guest's cart becomes the customer's, or its lines join the cart that they have. */
export async function enter(
  request: PageRequest,
  context: ShopContext,
  session: Session,
): Promise<CookieChange[]> {
  const seconds = Math.floor((Date.parse(session.expiresAt) - context.now().getTime()) / 1000)
  return [
    setCookie('session', session.token, seconds),
    rememberName(session.account.name, seconds),
    ...rememberDevice(session),
    // A cart that cannot be asked for now stays in the browser, with its token.
    ...(await orElse(adoptCart(request, await context.withTokens({ session: session.token })), [])),
  ]
}

/** Keeps the customer's name for the header, which shows it only while the session lasts. */
export function rememberName(name: string, seconds = NAME_SECONDS): CookieChange {
  return setCookie('name', name.slice(0, MAX_NAME_LENGTH), seconds)
}

/** Keeps what names this browser at the next log-in. */
export function rememberDevice({ device }: { device?: string }): CookieChange[] {
  return device === undefined ? [] : [setCookie('device', device, DEVICE_SECONDS)]
}

async function adoptCart(request: PageRequest, customer: ShopContext): Promise<CookieChange[]> {
  for await (const cartId of cartIds(request, customer)) {
    try {
      const adopted = await customer.calls.cart.adoptCart({ cartId })
      const cart = await customer.calls.cart.getCart(adopted)
      return [...cartCookies(cart), ...deleteCookies('bearer')]
    } catch (error) {
      // The order that is under way ends as the guest's that it is, with the guest's token; a cart that does not fit into
      // the customer's is ordered first.
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_FULL')) return []
      if (!isFailure(error, ...GONE)) throw error
    }
  }
  return forgetCart()
}

/** Leaves nothing of the customer in the browser, for whoever sits there next. */
export function leave(): CookieChange[] {
  return [...forgetCart(), ...deleteCookies('session', 'name', 'orders', 'unpaid', 'payment')]
}

export function isFailure(error: unknown, ...codes: string[]): error is Failure {
  return error instanceof Failure && codes.includes(error.code)
}
