import { retryAfterOf } from '#runtime/http/problem.ts'
import type { ShopErrorPage } from '../needs.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import { links } from '../views/links.ts'
import { errorPage, messagePage, notFoundPage } from '../views/message-pages.ts'
import type { PageContent } from '../views/page-content.ts'
import { show } from './show.ts'

/** What a visitor sees in place of a page that there is not, or that failed. */
export const showError: ShopErrorPage = (failure, request, context) => {
  const { status } = failure
  const retryAfter = retryAfterOf(failure)
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return show(request, context, contentFor(failure, context.traceId), { status, headers })
}

function contentFor(failure: Parameters<ShopErrorPage>[0], traceId: string): PageContent {
  if (failure.status === 404) return notFoundPage()
  if (failure.status === 429) {
    return messagePage({
      title: 'Too many tries',
      text: `You have done this too often in a short time. Please wait ${waitingTime(failure.retryAfterSeconds ?? 60)}, then try again. Your cart is saved.`,
      way: { href: links.home, text: 'Go to the home page' },
      mood: 'problem',
    })
  }
  if (failure.status === 503 || failure.status === 504)
    return errorPage({ traceId: failure.traceId ?? traceId, kind: 'busy' })
  if (failure.status >= 500) return errorPage({ traceId: failure.traceId ?? traceId, kind: 'broken' })
  return messagePage({
    title: 'That did not work',
    text: `${failure.message}.`,
    way: { href: links.home, text: 'Go to the home page' },
    mood: 'problem',
  })
}
