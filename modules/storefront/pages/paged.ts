import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopPage } from '../needs.ts'
import { redirectTo } from './show.ts'
import { isFailure } from './visitor.ts'

/**
 * Makes a page that shows a part of a list. A request with an invalid cursor, such as one of another sort order, is
 * redirected to the first page.
 */
export function paged(page: ShopPage): ShopPage {
  return {
    ...page,
    handle: async (request, context) => {
      try {
        return await page.handle(request, context)
      } catch (error) {
        if (request.query.cursor === undefined || !isFailure(error, 'INVALID_CURSOR', 'INVALID_INPUT'))
          throw error
        return firstPage(request)
      }
    },
  }
}

/** Redirects to the first page of the list. */
export function firstPage({ url }: PageRequest): PageReply {
  const [path, search] = url.split('?')
  const query = new URLSearchParams(search)
  query.delete('cursor')
  return redirectTo(query.size === 0 ? path! : `${path}?${query}`)
}
