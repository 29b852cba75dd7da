import type { Sql } from '#runtime/database/pool.ts'
import { frontBelow, type SearchFront } from '../rules/search-front.ts'

/** So many that a page is found among them where reading all matches would take long. */
const PRODUCTS = 5000

/**
 * Where the smallest ranks of the catalogue end; undefined while it has no more than a front, or not all of it is marked.
 * What was right an hour ago still gives the right answers: it only makes the front somewhat larger or smaller.
 */
export async function readFront(sql: Sql, products = PRODUCTS): Promise<SearchFront | undefined> {
  const [row] = await sql<{ rank: number }[]>`
    select rank from catalog.listing where not exists (select from catalog.search_rebuild)
    order by rank offset ${products} limit 1`
  return row && frontBelow(row.rank)
}
