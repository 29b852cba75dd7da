import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopPage } from '../needs.ts'
import { goTo } from './show.ts'
import { isFailure } from './visitor.ts'

/**
 * A page with a part of a list. A cursor that is none of this list, such as one of the list in another order, leads to its
 * first page.
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

/** Also for a later page of which nothing is left. */
export function firstPage({ url }: PageRequest): PageReply {
  const [path, search] = url.split('?')
  const query = new URLSearchParams(search)
  query.delete('cursor')
  return goTo(query.size === 0 ? path! : `${path}?${query}`)
}
