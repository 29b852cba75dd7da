import type { Notice } from './notice-bar.ts'

/** The data of a page's header, footer and notices for one visitor. */
export type Frame = {
  shopName: string
  /** The shop's URL without a trailing slash, for the absolute URLs that link previews and search engines need. */
  publicUrl: string
  /** The path of the page. The header marks the link to it as current. */
  path: string
  /** The categories in the header and footer, in order. */
  categories: readonly { handle: string; title: string }[]
  /** Number of pieces in the visitor's cart. */
  cartCount: number
  /** The name of the customer; undefined for a guest. */
  customerName?: string | undefined
  /** The value of the search field. */
  query?: string | undefined
  /** A notice that is shown once, above the page. */
  notice?: Notice | undefined
  /** A notice with a link to an unpaid order. */
  unpaid?: Notice | undefined
  /** Texts about what cannot be shown or done at the moment, above the page. */
  notes?: readonly string[] | undefined
  /** Whether the footer links to the development mailbox. */
  mailbox?: boolean | undefined
  /** A hash of all assets. It is part of their URLs, so that browsers can cache them permanently. */
  assetsVersion?: string | undefined
}
