import type { catalog } from '#modules/catalog/contract.ts'
import type { OutputOf } from '#runtime/contract/contract.ts'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { firstCharacters } from '#shared/text.ts'
import type { ShopContext } from '../needs.ts'
import { links } from '../views/links.ts'
import { listingPage } from '../views/listing-page.ts'
import { CATALOG_CACHE } from './home.ts'
import { firstPage, paged } from './paged.ts'
import { MAX_CATEGORIES, show } from './show.ts'
import { isFailure } from './visitor.ts'

const PAGE_SIZE = 24
/** The `maxlength` of the search field. */
const MAX_QUERY = 200
const HOME = { href: links.home, title: 'Home' }
const SORTS = [
  { value: 'newest', title: 'Newest first' },
  { value: 'price-asc', title: 'Price, low to high' },
  { value: 'price-desc', title: 'Price, high to low' },
  { value: 'title', title: 'Name' },
] as const
const RELEVANCE = { value: 'relevance', title: 'Best match' } as const

type Sort = (typeof SORTS)[number]['value'] | 'relevance'
type Listed = OutputOf<typeof catalog.methods.listProducts>

export const category = paged({
  method: 'GET',
  path: '/categories/:handle',
  cache: CATALOG_CACHE,
  handle: async (request, context) => {
    const handle = request.params.handle!
    const { items: categories } = await context.calls.catalog.listCategories({})
    const found = categories.find((each) => each.handle === handle)
    if (!found) throw runtimeFailure('NOT_FOUND', `Cannot find the category "${handle}"`)
    const sort = sortIn(request.query.sort, SORTS, 'newest')
    const products = await list(context, { category: handle, sort, cursor: request.query.cursor })
    if (products.items.length === 0 && request.query.cursor !== undefined) return firstPage(request)
    const page = listingPage({
      subject: { kind: 'category', title: found.title },
      crumbs: [HOME],
      path: links.category(handle),
      sort,
      sorts: SORTS,
      products: products.items,
      nextCursor: products.nextCursor,
      isFirst: request.query.cursor === undefined,
      categories: categories.slice(0, MAX_CATEGORIES),
    })
    return show(request, context, page)
  },
})

export const search = paged({
  method: 'GET',
  path: '/search',
  cache: CATALOG_CACHE,
  handle: async (request, context) => {
    const query = firstCharacters((request.query.q ?? '').trim(), MAX_QUERY)
    const sorts = query === '' ? SORTS : [RELEVANCE, ...SORTS]
    const sort = sortIn(request.query.sort, sorts, sorts[0]!.value)
    const { items: categories } = await context.calls.catalog.listCategories({})
    const products = await list(context, {
      ...(query === '' ? {} : { query }),
      sort,
      cursor: request.query.cursor,
    })
    if (products.items.length === 0 && request.query.cursor !== undefined) return firstPage(request)
    const page = listingPage({
      subject: { kind: 'search', query },
      crumbs: [HOME],
      path: links.search,
      sort,
      sorts,
      products: products.items,
      nextCursor: products.nextCursor,
      isFirst: request.query.cursor === undefined,
      categories: categories.slice(0, MAX_CATEGORIES),
    })
    return show(request, context, page, { query })
  },
})

/** Lists products. An invalid query, such as one with control characters, finds nothing. */
async function list(
  context: ShopContext,
  { cursor, ...criteria }: { category?: string; query?: string; sort: Sort; cursor: string | undefined },
): Promise<Listed> {
  try {
    return await context.calls.catalog.listProducts({
      ...criteria,
      limit: PAGE_SIZE,
      ...(cursor === undefined ? {} : { cursor }),
    })
  } catch (error) {
    if (cursor === undefined && isFailure(error, 'INVALID_INPUT')) return { items: [], nextCursor: null }
    throw error
  }
}

function sortIn(requested: string | undefined, sorts: readonly { value: Sort }[], byDefault: Sort): Sort {
  return sorts.find(({ value }) => value === requested)?.value ?? byDefault
}
