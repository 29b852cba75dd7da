import type { CookieChange, PageReply, PageRequest } from '#runtime/http/pages.ts'
import type { ShopContext } from '../needs.ts'
import { renderDocument } from '../views/document.ts'
import type { Frame } from '../views/frame.ts'
import type { Notice } from '../views/notice-bar.ts'
import type { PageContent } from '../views/page-content.ts'

const SHOWN_CATEGORIES = 9
const COUNT_COOKIE = 'pando_cart_count'
const NOTICE_COOKIE = 'pando_notice'

/** What may be told on the next page, by the key that the cookie holds: a cookie never brings text of its own. */
const NOTICES: Record<string, Notice> = {
  added: { kind: 'success', text: 'It is in your cart.' },
  updated: { kind: 'success', text: 'Your cart is up to date.' },
  removed: { kind: 'success', text: 'It is out of your cart.' },
  'coupon-added': { kind: 'success', text: 'The coupon counts.' },
  'logged-out': { kind: 'success', text: 'You are logged out.' },
  saved: { kind: 'success', text: 'The address is saved.' },
  'address-removed': { kind: 'success', text: 'The address is removed.' },
  cancelled: { kind: 'success', text: 'The order is cancelled.' },
  verified: { kind: 'success', text: 'Your e-mail address is confirmed.' },
  'still-waiting': { kind: 'problem', text: 'The bank has not answered yet. We keep asking.' },
}

export interface ShowOptions {
  status?: number
  cookies?: CookieChange[]
  notice?: Notice
  /** What the search field holds. */
  query?: string
  /** Pieces in the cart, where they changed with this request. */
  cartCount?: number
}

/** Frames a page for this visitor. */
export async function show(
  request: PageRequest,
  context: ShopContext,
  content: PageContent,
  options: ShowOptions = {},
): Promise<PageReply> {
  const [{ items: categories }, customerName] = await Promise.all([
    context.calls.catalog.listCategories({}),
    nameOf(context),
  ])
  const key = request.cookies[NOTICE_COOKIE]
  const notice = options.notice ?? (key === undefined ? undefined : NOTICES[key])
  const frame: Frame = {
    shopName: context.services.shopName,
    path: request.url.split('?')[0]!,
    categories: categories.slice(0, SHOWN_CATEGORIES),
    cartCount: options.cartCount ?? (Number(request.cookies[COUNT_COOKIE]) || 0),
    customerName,
    query: options.query,
    notice,
    mailbox: context.services.mailbox,
  }
  const cookies = [
    ...(options.cookies ?? []),
    ...(key === undefined ? [] : [{ name: NOTICE_COOKIE, value: null }]),
  ]
  return {
    status: options.status ?? 200,
    body: renderDocument(frame, content),
    ...(cookies.length > 0 ? { cookies } : {}),
  }
}

/** Goes on to another page of the shop, which tells a notice. */
export function goTo(
  path: string,
  notice?: keyof typeof NOTICES & string,
  cookies: CookieChange[] = [],
): PageReply {
  return {
    redirect: path,
    cookies: [...cookies, ...(notice ? [{ name: NOTICE_COOKIE, value: notice, maxAge: 60 }] : [])],
  }
}

async function nameOf(context: ShopContext): Promise<string | undefined> {
  if (context.caller.kind !== 'customer') return undefined
  // A page is shown to somebody whose account was deleted meanwhile, too.
  return context.calls.accounts.getMe({}).then(
    (account) => account.name,
    () => undefined,
  )
}
