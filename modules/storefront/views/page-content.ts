import type { Html } from '#runtime/html/html.ts'

/** A page without header and footer. `renderDocument` adds those for the visitor. */
export type PageContent = {
  /** Title for the browser's tab and search engines, without the shop's name. */
  title: string
  body: Html
  /** One or two sentences for search engines. */
  description?: string | undefined
  /** The canonical path of the page, for search engines and link previews. */
  path?: string | undefined
  /** The address of a picture for link previews. */
  pictureUrl?: string | undefined
  /** `checkout` leaves out the navigation, so that nothing distracts from the purchase. Default: `shop`. */
  frame?: 'shop' | 'checkout'
  /** The link back in the header of the checkout. Default: the cart. */
  backLink?: { href: string; text: string }
  /** True for pages that search engines must not list: cart, checkout, account, orders. Default: false. */
  personal?: boolean
}
