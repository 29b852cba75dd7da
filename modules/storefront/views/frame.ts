import type { Notice } from './notice-bar.ts'

/** The data of a page's header, footer and notices for one visitor. */
export type Frame = {
  shopName: string
  /** The shop's address without a trailing slash, for absolute addresses in previews and search engines. */
  publicUrl: string
  /** The path of the page. The navigation marks it as current. */
  path: string
  /** The few categories of the navigation, in order. */
  categories: readonly { handle: string; title: string }[]
  /** Number of pieces in the visitor's cart. */
  cartCount: number
  /** The name of the customer, if one is logged in. */
  customerName?: string | undefined
  /** The value of the search field. */
  query?: string | undefined
  /** A notice that is shown once, above the page. */
  notice?: Notice | undefined
  /** A notice with a link to an unpaid order. */
  unpaid?: Notice | undefined
  /** Texts about what cannot be shown or done at the moment, above the page. */
  notes?: readonly string[] | undefined
  /** Shows the link to the development mailbox. */
  mailbox?: boolean | undefined
  /** A hash of the style sheet and the script. It is part of their addresses, so that browsers can cache them. */
  assetsVersion?: string | undefined
}
