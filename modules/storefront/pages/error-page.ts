import { retryAfterOf } from '#runtime/http/problem.ts'
import type { ShopErrorPage } from '../needs.ts'
import { waitingTime } from '../rules/waiting-time.ts'
import { links } from '../views/links.ts'
import { errorPage, messagePage, notFoundPage } from '../views/message-pages.ts'
import type { PageContent } from '../views/page-content.ts'
import { show } from './show.ts'

/** The page for a request that failed. */
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
      title: 'Too many attempts',
      text: `You have tried this too often in a short time. Please wait ${waitingTime(failure.retryAfterSeconds ?? 60)}, then try again. Your cart is saved.`,
      action: { href: links.home, text: 'Go to the home page' },
      kind: 'problem',
    })
  }
  if (failure.status === 503 || failure.status === 504)
    return errorPage({ traceId: failure.traceId ?? traceId, kind: 'busy' })
  if (failure.status >= 500) return errorPage({ traceId: failure.traceId ?? traceId, kind: 'broken' })
  return messagePage({
    title: 'We could not process this request',
    text: `${failure.message}.`,
    action: { href: links.home, text: 'Go to the home page' },
    kind: 'problem',
  })
}
