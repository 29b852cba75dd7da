import type { Sql, Statement } from '#runtime/database/sql.ts'
import type { ProductSummary } from '../contract.ts'
import type { ListSort } from '../rules/page-cursor.ts'

export interface ListFilters {
  category: string | undefined
  available: boolean | undefined
  minPrice: number | undefined
  maxPrice: number | undefined
}

/** A row of a list, with its sort keys. */
export interface ListedRow {
  keys: (string | number)[]
  summary: ProductSummary
}

export interface PageRequest {
  sort: Exclude<ListSort, 'relevance'>
  filters: ListFilters
  /** Sort keys of the row before the page. */
  after: (string | number)[] | undefined
  rows: number
}

/**
 * Reads a page of products. Selects the page from the narrow listings, and joins only its rows with their summaries.
 */
export async function listProducts(sql: Sql, request: PageRequest): Promise<ListedRow[]> {
  const { category } = request.filters
  // `offset 0` prevents a scan in sort order, which would also read the products of other categories
  const source =
    category === undefined
      ? sql`catalog.listing`
      : sql`(select number, rank, price, available, title_key from catalog.listing
          where categories @> (select array[${category}::text]) offset 0) l`
  return readListPage(sql, source, request)
}

/** Reads a page from `source`, which has the columns of a listing. */
export async function readListPage(
  sql: Sql,
  source: Statement,
  { sort, filters, after, rows }: PageRequest,
): Promise<ListedRow[]> {
  const order = orderOf(sql, sort)
  return sql<ListedRow[]>`
    select ${order.keys} as keys, s.summary
    from (
      select number, price, title_key from ${source}
      where true ${filterOf(sql, filters)} ${after ? sql`and ${afterKeys(sql, sort, after)}` : sql``}
      order by ${order.by} limit ${rows}
    ) page
    join catalog.summary s using (number)
    order by ${order.by}`
}

export function filterOf(sql: Sql, { available, minPrice, maxPrice }: ListFilters) {
  return sql`
    ${available ? sql`and available` : sql``}
    ${minPrice === undefined ? sql`` : sql`and price >= ${minPrice}`}
    ${maxPrice === undefined ? sql`` : sql`and price <= ${maxPrice}`}`
}

function orderOf(sql: Sql, sort: PageRequest['sort']) {
  switch (sort) {
    case 'newest':
      return { by: sql`number desc`, keys: sql`json_build_array(number)` }
    case 'price-asc':
      return { by: sql`price, number`, keys: sql`json_build_array(price, number)` }
    case 'price-desc':
      return { by: sql`price desc, number desc`, keys: sql`json_build_array(price, number)` }
    case 'title':
      return { by: sql`title_key, number`, keys: sql`json_build_array(title_key, number)` }
  }
}

function afterKeys(sql: Sql, sort: PageRequest['sort'], [first = 0, second = 0]: (string | number)[]) {
  switch (sort) {
    case 'newest':
      return sql`number < ${first}`
    case 'price-asc':
      return sql`(price, number) > (${first}, ${second})`
    case 'price-desc':
      return sql`(price, number) < (${first}, ${second})`
    case 'title':
      return sql`(title_key, number) > (${first}, ${second})`
  }
}
