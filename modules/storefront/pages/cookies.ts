import { BEARER_COOKIE, SESSION_COOKIE } from '#runtime/http/identify.ts'
import type { CookieChange } from '#runtime/module/pages.ts'

/** The cookies of the pages; all are HttpOnly. The edge reads the tokens of `session` and `bearer`. */
export const cookieNames = {
  session: SESSION_COOKIE,
  /** Token of a guest's cart. Customers need none: their carts know them. */
  bearer: BEARER_COOKIE,
  /** Id of the visitor's cart. */
  cart: 'pando_cart',
  /** Pieces in it, so that no page has to read the cart for its header. */
  cartCount: 'pando_cart_count',
  /** The orders placed last, each with the token of its cart where a guest placed it. */
  orders: 'pando_orders',
  /** Id of the order that waits for its payment, so that every page shows the way back to it. */
  unpaid: 'pando_unpaid',
  /** Name of the customer, for the header. */
  name: 'pando_name',
  /** How the shopper wants to pay, between that step of the checkout and the order. */
  payment: 'pando_payment',
  /** Names the device to the log-in, so that strangers' wrong passwords do not keep its owner out. Stays at the log-out. */
  device: 'pando_device',
  /** What the next page tells. */
  notice: 'pando_notice',
} as const

export type CookieName = keyof typeof cookieNames

/** The answer sets this cookie, for `maxAge` seconds; without, until the browser is closed. */
export function setCookie(name: CookieName, value: string, maxAge?: number): CookieChange {
  return { name: cookieNames[name], value, ...(maxAge === undefined ? {} : { maxAge }) }
}

/** The answer deletes these cookies. */
export function deleteCookies(...names: CookieName[]): CookieChange[] {
  return names.map((name) => ({ name: cookieNames[name], value: null }))
}
