import type { Sql } from '#runtime/database/pool.ts'
import { frontBelow, type SearchFront } from '../rules/search-front.ts'

/** Enough products to fill a page with matches of common words. */
const PRODUCTS = 5000

/**
 * Reads the front of the catalogue, of at most `products` products. Returns undefined if the catalogue has no more
 * products than that, or during a rebuild of the search, when marks are missing. A search with an outdated front returns
 * the same products, because it reads the products behind the front when the front does not fill the page.
 */
export async function readFront(sql: Sql, products = PRODUCTS): Promise<SearchFront | undefined> {
  const [row] = await sql<{ rank: number }[]>`
    select rank from catalog.listing where not exists (select from catalog.search_rebuild)
    order by rank offset ${products} limit 1`
  return row && frontBelow(row.rank)
}
