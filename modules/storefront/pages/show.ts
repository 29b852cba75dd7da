import type { CookieChange, PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { renderDocument } from '../views/document.ts'
import type { Frame } from '../views/frame.ts'
import type { Notice } from '../views/notice-bar.ts'
import type { PageContent } from '../views/page-content.ts'
import { cookieNames, deleteCookies, setCookie } from './cookies.ts'
import { type NoticeKey, noticeOf } from './notices.ts'
import { wayToUnpaid } from './pending-order.ts'

/** As many as a list of categories has room for. */
export const SHOWN_CATEGORIES = 9
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
  const leadsOn = content.frame !== 'checkout'
  const [categories, unpaid] = await Promise.all([
    leadsOn ? categoriesOf(context) : [],
    leadsOn ? unpaidOf(request, context) : NOTHING_UNPAID,
  ])
  const frame: Frame = {
    shopName: services.shopName,
    publicUrl: services.publicUrl,
    path: request.url.split('?')[0]!,
    categories,
    cartCount: options.cartCount ?? countIn(request),
    customerName:
      context.caller.kind === 'customer' ? request.cookies[cookieNames.name] || NAMELESS : undefined,
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

/** Goes on to another page of the shop, which tells a notice. */
export function goTo(path: string, notice?: NoticeKey, cookies: CookieChange[] = []): PageReply {
  const told = notice === undefined ? [] : [setCookie('notice', notice, NOTICE_SECONDS)]
  return { redirect: path, cookies: [...cookies, ...told] }
}

/** An address that has no page of its own, such as one that takes a form only, leads to the page where it belongs. */
export function formAddress(path: string, to: (request: PageRequest) => string): ShopPage {
  return { method: 'GET', path, handle: async (request) => goTo(to(request)) }
}

/** The navigation is no reason for a page to fail, least of all for the page that tells of a failure. */
async function categoriesOf({ calls }: ShopContext): Promise<Frame['categories']> {
  const { items } = await calls.catalog.listCategories({}).catch(() => ({ items: [] }))
  return items.slice(0, SHOWN_CATEGORIES)
}

const NOTHING_UNPAID: Awaited<ReturnType<typeof wayToUnpaid>> = { cookies: [] }

function unpaidOf(request: PageRequest, context: ShopContext): Promise<typeof NOTHING_UNPAID> {
  return wayToUnpaid(request, context).catch(() => NOTHING_UNPAID)
}

function countIn(request: PageRequest): number {
  const count = Number(request.cookies[cookieNames.cartCount])
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}
