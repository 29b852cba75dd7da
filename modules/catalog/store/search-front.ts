import type { Sql } from '#runtime/database/pool.ts'
import { frontBelow, type SearchFront } from '../rules/search-front.ts'

/** Enough products to fill a page with matches of common words. */
const PRODUCTS = 5000

/**
 * Reads the front of the catalogue. Returns undefined if the catalogue is not larger than a front, or during a rebuild,
 * when marks are missing. Results are right with an outdated front too: it only contains more or fewer products.
 */
export async function readFront(sql: Sql, products = PRODUCTS): Promise<SearchFront | undefined> {
  const [row] = await sql<{ rank: number }[]>`
    select rank from catalog.listing where not exists (select from catalog.search_rebuild)
    order by rank offset ${products} limit 1`
  return row && frontBelow(row.rank)
}
