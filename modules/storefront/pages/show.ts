import type { CookieChange, PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext } from '../needs.ts'
import { renderDocument } from '../views/document.ts'
import type { Frame } from '../views/frame.ts'
import type { Notice } from '../views/notice-bar.ts'
import type { PageContent } from '../views/page-content.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { type NoticeKey, noticeOf } from './notices.ts'

const SHOWN_CATEGORIES = 9
const NOTICE_SECONDS = 60
const UNKNOWN_VISITOR =
  'We cannot check your login right now, so you see the shop as a guest. Your account and cart are safe.'
/** What the header calls a customer whose name the browser does not know. */
const NAMELESS = 'Account'

export interface ShowOptions {
  status?: number
  cookies?: CookieChange[]
  notice?: Notice | undefined
  /** What cannot be told or done at the moment. */
  notes?: readonly (string | false | undefined)[]
  /** What the search field holds. */
  query?: string
  /** Pieces in the cart, where they changed with this request. */
  cartCount?: number
  headers?: Record<string, string>
}

/**
 * Frames a page for this visitor. Their name and what is in their cart come from cookies, so that no page waits for
 * the account or the cart.
 */
export async function show(
  request: PageRequest,
  context: ShopContext,
  content: PageContent,
  options: ShowOptions = {},
): Promise<PageReply> {
  const key = request.cookies[cookieNames.notice]
  const { services } = context
  const frame: Frame = {
    shopName: services.shopName,
    path: request.url.split('?')[0]!,
    categories: content.frame === 'checkout' ? [] : await categoriesOf(context),
    cartCount: options.cartCount ?? countIn(request),
    customerName:
      context.caller.kind === 'customer' ? request.cookies[cookieNames.name] || NAMELESS : undefined,
    query: options.query,
    notice: options.notice ?? noticeOf(key),
    notes: [context.unknownVisitor && UNKNOWN_VISITOR, ...(options.notes ?? [])].filter(
      (note) => !!note,
    ) as string[],
    mailbox: services.mailbox,
    assetsVersion: services.assets.version,
  }
  const cookies = [...(options.cookies ?? []), ...(key === undefined ? [] : deleteCookies('notice'))]
  return {
    status: options.status ?? 200,
    body: renderDocument(frame, content),
    ...(cookies.length > 0 ? { cookies } : {}),
    ...(options.headers ? { headers: options.headers } : {}),
  }
}

/** Goes on to another page of the shop, which tells a notice. */
export function goTo(path: string, notice?: NoticeKey, cookies: CookieChange[] = []): PageReply {
  const told = notice === undefined ? [] : [setCookie('notice', notice, NOTICE_SECONDS)]
  return { redirect: path, cookies: [...cookies, ...told] }
}

/** The navigation is no reason for a page to fail, least of all for the page that tells of a failure. */
async function categoriesOf({ calls }: ShopContext): Promise<Frame['categories']> {
  const { items } = await calls.catalog.listCategories({}).catch(() => ({ items: [] }))
  return items.slice(0, SHOWN_CATEGORIES)
}

function countIn(request: PageRequest): number {
  const count = Number(request.cookies[cookieNames.cartCount])
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}
