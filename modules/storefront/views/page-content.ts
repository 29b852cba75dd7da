import type { Html } from '#runtime/html/html.ts'

/**
 * One page without its frame. It holds nothing about the visitor, so that a public page can be kept and framed
 * anew (`renderDocument`) for each of them.
 */
export type PageContent = {
  /** For the browser's tab and search engines, without the shop's name. */
  title: string
  body: Html
  /** A sentence or two for search engines. */
  description?: string | undefined
  /** The one path under which the page is known to search engines and previews, of those that lead to it. */
  path?: string | undefined
  /** Address of a picture for link previews. */
  pictureUrl?: string | undefined
  /** `checkout` leaves the navigation out, so that nothing leads away from the purchase; default `shop`. */
  frame?: 'shop' | 'checkout'
  /** Where the frame of the checkout leads back to; default the cart. */
  wayBack?: { href: string; text: string }
  /** True for pages that search engines should not list: cart, checkout, account, orders. */
  personal?: boolean
}
