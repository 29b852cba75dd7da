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
  /** The path or URL of a picture for link previews. */
  pictureUrl?: string | undefined
  /** `checkout` leaves out the navigation, so that nothing distracts from the purchase. Default: `shop`. */
  frame?: 'shop' | 'checkout'
  /** With the frame `checkout`: the link in the header that leads back. Default: to the cart. */
  backLink?: { href: string; text: string }
  /** Whether search engines must not list the page, such as the cart or an account. Default: false. */
  personal?: boolean
}
