import type { Session } from '#modules/accounts/contract.ts'
import type { Cart } from '#modules/cart/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { CookieChange, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext } from '../needs.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { rememberUnpaid } from './unpaid-order.ts'

const DAY_SECONDS = 86_400
/** Longer than a cart lives without use: the cart's own expiry decides. */
const CART_SECONDS = 180 * DAY_SECONDS
const DEVICE_SECONDS = 180 * DAY_SECONDS
/** At least the lifetime of a session. */
const NAME_SECONDS = 30 * DAY_SECONDS
const MAX_NAME_LENGTH = 40

/** The failures of a cart that the visitor can no longer use. */
const UNUSABLE = ['CART_NOT_FOUND', 'CART_EXPIRED', 'CART_ORDERED']

/** The visitor's open cart, otherwise one that is ordered or being ordered, otherwise null. */
export async function findCart(request: PageRequest, context: ShopContext): Promise<Cart | null> {
  let ordered: Cart | null = null
  for await (const cartId of cartIds(request, context)) {
    try {
      const cart = await context.calls.cart.getCart({ cartId })
      if (cart.status === 'open') return cart
      ordered ??= cart
    } catch (error) {
      if (!isFailure(error, ...UNUSABLE)) throw error
    }
  }
  return ordered
}

/**
 * Runs `change` on the visitor's cart, or on a new one if no cart can be used. A cart whose order waits for its payment
 * stays with the order, which the browser then remembers as unpaid.
 */
export async function changeCart(
  request: PageRequest,
  context: ShopContext,
  change: (cartId: string, context: ShopContext) => Promise<Cart>,
): Promise<{ cart: Cart; cookies: CookieChange[] }> {
  const unpaidCookies: CookieChange[] = []
  for await (const cartId of cartIds(request, context)) {
    try {
      const cart = await change(cartId, context)
      return { cart, cookies: [...cartCookies(cart), ...unpaidCookies] }
    } catch (error) {
      if (!isFailure(error, 'CART_IN_CHECKOUT', ...UNUSABLE)) throw error
      if (error.code === 'CART_IN_CHECKOUT')
        unpaidCookies.push(...(await rememberOrderOf(request, context, cartId, error)))
    }
  }
  const { token, ...opened } = await context.calls.cart.createCart({})
  // An older cart module returns a token to a customer, too
  const bearer = context.caller.kind === 'customer' ? null : token
  const cart = await change(opened.id, bearer ? await context.withTokens({ bearer }) : context)
  return {
    cart,
    cookies: [
      ...cartCookies(cart),
      ...unpaidCookies,
      ...(bearer ? [setCookie('bearer', bearer, CART_SECONDS)] : []),
    ],
  }
}

async function rememberOrderOf(
  request: PageRequest,
  context: ShopContext,
  cartId: string,
  inCheckout: Failure,
): Promise<CookieChange[]> {
  const { orderId } = await context.calls.cart.getCart({ cartId })
  // The payment has just failed, and the cart is open again. The shopper must repeat the change: a new cart would
  // hide this one.
  if (orderId === null) throw inCheckout
  return rememberUnpaid(request, context, orderId)
}

/** The ids of carts that may be the visitor's: the one in the cookie, then the open one of their account. */
async function* cartIds(request: PageRequest, { caller, calls }: ShopContext): AsyncGenerator<string> {
  const fromCookie = request.cookies[cookieNames.cart]
  if (fromCookie && /^crt_[0-9a-z]{1,40}$/.test(fromCookie)) yield fromCookie
  if (caller.kind !== 'customer') return
  const { cartId } = await calls.cart.findMyCart({})
  if (cartId && cartId !== fromCookie) yield cartId
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

/** Deletes the cookies of the cart. For an ordered cart, `rememberOrder` has stored its token in another cookie. */
export function forgetCart(): CookieChange[] {
  return deleteCookies('cart', 'cartCount', 'bearer')
}

/**
 * Starts a session in the browser. A guest's cart becomes the customer's cart, or its lines are added to the customer's
 * open cart.
 */
export async function startSession(
  request: PageRequest,
  context: ShopContext,
  session: Session,
): Promise<CookieChange[]> {
  const seconds = Math.floor((Date.parse(session.expiresAt) - context.now().getTime()) / 1000)
  return [
    setCookie('session', session.token, seconds),
    rememberName(session.account.name, seconds),
    ...rememberDevice(session),
    // If the cart module does not answer now, the browser keeps the guest's cart and its token.
    ...(await orElse(adoptCart(request, await context.withTokens({ session: session.token })), [])),
  ]
}

/** Stores the customer's name for the header, which shows it only during a session. */
export function rememberName(name: string, seconds = NAME_SECONDS): CookieChange {
  return setCookie('name', name.slice(0, MAX_NAME_LENGTH), seconds)
}

/** Stores the token that identifies this browser at the next login. */
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
      // The browser keeps the guest's cart and its token: its order is being placed, or the customer's cart cannot hold
      // its lines.
      if (isFailure(error, 'CART_IN_CHECKOUT', 'CART_FULL')) return []
      if (!isFailure(error, ...UNUSABLE)) throw error
    }
  }
  return forgetCart()
}

/** Deletes all personal cookies, so that the browser's next user sees no data of the customer. Keeps the device's token. */
export function endSession(): CookieChange[] {
  return [...forgetCart(), ...deleteCookies('session', 'name', 'orders', 'unpaid', 'payment')]
}

export function isFailure(error: unknown, ...codes: string[]): error is Failure {
  return error instanceof Failure && codes.includes(error.code)
}
