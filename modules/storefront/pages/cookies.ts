import { BEARER_COOKIE, SESSION_COOKIE } from '#runtime/http/identify.ts'
import type { CookieChange } from '#runtime/module/pages.ts'

/** The cookies of the pages. All are HttpOnly. The edge reads the tokens in `session` and `bearer`. */
export const cookieNames = {
  session: SESSION_COOKIE,
  /** Token of a guest's cart. Customers need none: their session opens their cart. */
  bearer: BEARER_COOKIE,
  /** Id of the visitor's cart. */
  cart: 'pando_cart',
  /** Number of pieces in the cart, so that the header of a page needs no call to the cart. */
  cartCount: 'pando_cart_count',
  /** The latest orders of this browser, those of guests with the token that opens them. See `rememberOrder`. */
  orders: 'pando_orders',
  /** Id of an order that waits for its payment: every page shows a link to it. */
  unpaid: 'pando_unpaid',
  /** Name of the customer, for the header. */
  name: 'pando_name',
  /** The chosen payment method, from the payment step until the order is placed. */
  payment: 'pando_payment',
  /**
   * Identifies the device at the login, so that wrong passwords from other devices do not lock the customer out on this
   * one. The logout keeps this cookie.
   */
  device: 'pando_device',
  /** Key of the notice that the next page shows. */
  notice: 'pando_notice',
} as const

export type CookieName = keyof typeof cookieNames

/** Sets a cookie for `maxAge` seconds. Default: until the browser is closed. */
export function setCookie(name: CookieName, value: string, maxAge?: number): CookieChange {
  return { name: cookieNames[name], value, ...(maxAge === undefined ? {} : { maxAge }) }
}

/** Deletes cookies. */
export function deleteCookies(...names: CookieName[]): CookieChange[] {
  return names.map((name) => ({ name: cookieNames[name], value: null }))
}
