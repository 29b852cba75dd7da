import type { CookieChange, PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { renderDocument } from '../views/document.ts'
import type { Frame } from '../views/frame.ts'
import type { Notice } from '../views/notice-bar.ts'
import type { PageContent } from '../views/page-content.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { type NoticeKey, noticeOf } from './notices.ts'
import { unpaidOrderNotice } from './unpaid-order.ts'

/** The maximum number of categories in the header, in the footer and in an empty list of products. */
export const MAX_CATEGORIES = 9
const NOTICE_SECONDS = 60
const UNKNOWN_VISITOR =
  'We cannot check your login right now, so you are browsing as a guest. Your account and cart are safe.'
/** Text of the account link for a customer whose name is not in a cookie. */
const UNKNOWN_NAME = 'Account'

export interface ShowOptions {
  /** Default: 200. */
  status?: number
  cookies?: CookieChange[]
  /** Default: the notice whose key is in the cookie, if any. */
  notice?: Notice | undefined
  /** Texts about what cannot be shown or done at the moment. */
  notes?: readonly (string | false | undefined)[]
  /** The value of the search field. */
  query?: string
  /** The number of pieces in the cart. Default: the number in the cookie. */
  cartCount?: number
  headers?: Record<string, string>
}

/**
 * Renders a page with the header and footer for this visitor, and deletes the cookie of the notice that it shows. The
 * visitor's name and the size of their cart come from cookies, so that no page waits for the account or the cart.
 */
export async function show(
  request: PageRequest,
  context: ShopContext,
  content: PageContent,
  options: ShowOptions = {},
): Promise<PageReply> {
  const key = request.cookies[cookieNames.notice]
  const { services } = context
  const hasNavigation = content.frame !== 'checkout'
  const [categories, unpaid] = await Promise.all([
    hasNavigation ? categoriesOf(context) : [],
    hasNavigation ? unpaidOf(request, context) : NOTHING_UNPAID,
  ])
  const frame: Frame = {
    shopName: services.shopName,
    publicUrl: services.publicUrl,
    path: request.url.split('?')[0]!,
    categories,
    cartCount: options.cartCount ?? countIn(request),
    customerName:
      context.caller.kind === 'customer' ? request.cookies[cookieNames.name] || UNKNOWN_NAME : undefined,
    query: options.query,
    notice: options.notice ?? noticeOf(key),
    unpaid: unpaid.notice,
    notes: [context.unknownVisitor && UNKNOWN_VISITOR, ...(options.notes ?? [])].filter(
      (note) => !!note,
    ) as string[],
    mailbox: services.mailbox,
    assetsVersion: services.assets.version,
  }
  const cookies = [
    ...(options.cookies ?? []),
    ...unpaid.cookies,
    ...(key === undefined ? [] : deleteCookies('notice')),
  ]
  return {
    status: options.status ?? 200,
    body: renderDocument(frame, content),
    ...(cookies.length > 0 ? { cookies } : {}),
    ...(options.headers ? { headers: options.headers } : {}),
  }
}

/** Redirects to another page of the shop, which shows the notice. */
export function redirectTo(path: string, notice?: NoticeKey, cookies: CookieChange[] = []): PageReply {
  const noticeCookies = notice === undefined ? [] : [setCookie('notice', notice, NOTICE_SECONDS)]
  return { redirect: path, cookies: [...cookies, ...noticeCookies] }
}

/** Makes a page that redirects GET requests to a path without a page, such as one that only accepts a form. */
export function redirectGet(path: string, to: (request: PageRequest) => string): ShopPage {
  return { method: 'GET', path, handle: async (request) => redirectTo(to(request)) }
}

/** Empty if the catalog fails: the navigation must not make a page fail, least of all an error page. */
async function categoriesOf({ calls }: ShopContext): Promise<Frame['categories']> {
  const { items } = await calls.catalog.listCategories({}).catch(() => ({ items: [] }))
  return items.slice(0, MAX_CATEGORIES)
}

const NOTHING_UNPAID: Awaited<ReturnType<typeof unpaidOrderNotice>> = { cookies: [] }

function unpaidOf(request: PageRequest, context: ShopContext): Promise<typeof NOTHING_UNPAID> {
  return unpaidOrderNotice(request, context).catch(() => NOTHING_UNPAID)
}

function countIn(request: PageRequest): number {
  const count = Number(request.cookies[cookieNames.cartCount])
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}
