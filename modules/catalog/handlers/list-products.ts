import type { Sql } from '#runtime/database/pool.ts'
import type { Handles } from '../needs.ts'
import { correctWords } from '../rules/correct-words.ts'
import { type ListSort, type ListSubject, readPosition, writePosition } from '../rules/page-cursor.ts'
import type { SearchFront } from '../rules/search-front.ts'
import { type QueryWord, queryWords } from '../rules/search-words.ts'
import { findWords } from '../store/find-words.ts'
import { type ListedRow, type ListFilters, listProducts as listUnsearched } from '../store/list-products.ts'
import { searchByRelevance, searchSorted } from '../store/search-products.ts'

const DEFAULT_LIMIT = 20

export const listProducts: Handles<'listProducts'> = async (input, context) => {
  const { query = '', category, available, minPrice, maxPrice, limit = DEFAULT_LIMIT, cursor } = input
  const filters = { category, available, minPrice, maxPrice }
  const subject = { query: query.trim(), ...filters }
  const words = queryWords(query)
  const isSearch = subject.query !== ''
  const sort = sortOf(input.sort, isSearch)
  const position = cursor === undefined ? undefined : readPosition(cursor, subject, sort)
  if (cursor !== undefined && !position) {
    throw context.fail(
      'INVALID_CURSOR',
      `Cannot go on from the cursor "${cursor}": use the nextCursor of this list's page before`,
    )
  }
  const wish: ListWish = {
    sort,
    sku: subject.query,
    filters,
    after: position?.keys,
    // One more than asked for tells whether there is another page.
    rows: limit + 1,
    front: isSearch ? await context.services.searchFront(context.sql, context.now()) : undefined,
  }
  const pageOf = (rows: ListedRow[], corrected: boolean) =>
    pageFrom(rows, limit, { subject, sort, corrected })
  if (!isSearch) return pageOf(await list(context.sql, undefined, wish), false)
  if (words.length === 0) return { items: [], nextCursor: null }
  const found = position?.corrected ? [] : await list(context.sql, words, wish)
  if (found.length > 0 || position?.corrected === false) return pageOf(found, false)
  const corrected = await correct(context.sql, words)
  return pageOf(corrected ? await list(context.sql, corrected, wish) : [], true)
}

/** Words that may find something where the query as it was written does not. */
async function correct(sql: Sql, words: QueryWord[]): Promise<QueryWord[] | undefined> {
  const meant = correctWords(
    await findWords(
      sql,
      words.map(({ text }) => text),
    ),
  )
  // Its letters need not be there when nothing has all of it.
  const loose = words.some(({ isPart }) => isPart) ? words.map(({ text }) => text) : undefined
  return meant
    ? meant.map(([text, ...others]) => ({ text: text!, isPart: false, others }))
    : loose?.map((text) => ({ text, isPart: false }))
}

interface ListWish {
  sort: ListSort
  /** The query as it was written. */
  sku: string
  filters: ListFilters
  after: (string | number)[] | undefined
  rows: number
  front: SearchFront | undefined
}

function sortOf(wanted: ListSort = 'relevance', isSearch: boolean): ListSort {
  return wanted === 'relevance' && !isSearch ? 'newest' : wanted
}

/** Without words, all products are listed. */
function list(
  sql: Sql,
  words: QueryWord[] | undefined,
  { sort, sku, filters, after, rows, front }: ListWish,
): Promise<ListedRow[]> {
  if (sort === 'relevance') {
    const [tier, rank] = (after ?? []) as number[]
    const last = tier === undefined || rank === undefined ? undefined : { tier, rank }
    return searchByRelevance(sql, words ?? [], { sku, filters, after: last, rows, front })
  }
  return words
    ? searchSorted(sql, words, { sort, filters, after, rows })
    : listUnsearched(sql, { sort, filters, after, rows })
}

function pageFrom(
  rows: ListedRow[],
  limit: number,
  { subject, sort, corrected }: { subject: ListSubject; sort: ListSort; corrected: boolean },
) {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    items: rows.slice(0, limit).map(({ summary }) => summary),
    nextCursor: last ? writePosition(subject, { sort, corrected, keys: last.keys }) : null,
  }
}
