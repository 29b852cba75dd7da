import type { Notice } from './notice-bar.ts'

/** What surrounds a page for one visitor. */
export type Frame = {
  shopName: string
  /** The shop's address, without a slash at the end: previews and search engines need whole ones. */
  publicUrl: string
  /** Path of the page, which the navigation marks as current. */
  path: string
  /** The categories of the navigation, in order; a handful. */
  categories: readonly { handle: string; title: string }[]
  /** Pieces in the visitor's cart. */
  cartCount: number
  /** Name of the customer who is logged in. */
  customerName?: string | undefined
  /** What the search field holds. */
  query?: string | undefined
  /** Something to tell once, above the page. */
  notice?: Notice | undefined
  /** The way back to an order that waits for its payment. */
  unpaid?: Notice | undefined
  /** What cannot be told or done at the moment, on every page for as long as it is so. */
  notes?: readonly string[] | undefined
  /** Shows the link to the development mailbox. */
  mailbox?: boolean | undefined
  /** Changes with the style sheet and the script; part of their addresses, so that browsers may keep them. */
  assetsVersion?: string | undefined
}
