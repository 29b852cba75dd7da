import type { Sql } from '#runtime/database/pool.ts'
import type { Handles } from '../needs.ts'
import { correctWords } from '../rules/correct-words.ts'
import { decodePosition, encodePosition, type ListSort, type ListSubject } from '../rules/page-cursor.ts'
import type { SearchFront } from '../rules/search-front.ts'
import { type QueryWord, queryWords } from '../rules/search-words.ts'
import { findWords } from '../store/find-words.ts'
import { type ListedRow, type ListFilters, listProducts as listWithoutQuery } from '../store/list-products.ts'
import { searchByRelevance, searchSorted } from '../store/search-products.ts'

const DEFAULT_LIMIT = 20

export const listProducts: Handles<'listProducts'> = async (input, context) => {
  const { query = '', category, available, minPrice, maxPrice, limit = DEFAULT_LIMIT, cursor } = input
  const filters = { category, available, minPrice, maxPrice }
  const subject = { query: query.trim(), ...filters }
  const words = queryWords(query)
  const isSearch = subject.query !== ''
  const sort = sortOf(input.sort, isSearch)
  const position = cursor === undefined ? undefined : decodePosition(cursor, subject, sort)
  if (cursor !== undefined && !position) {
    throw context.fail(
      'INVALID_CURSOR',
      `Cannot use the cursor "${cursor}": pass the \`nextCursor\` of the previous page of this list`,
    )
  }
  const request: ListRequest = {
    sort,
    sku: subject.query,
    filters,
    after: position?.keys,
    // One row more than the page has: if it is found, another page follows
    rows: limit + 1,
    front: isSearch ? await context.services.searchFront(context.sql, context.now()) : undefined,
  }
  const answer = (rows: ListedRow[], corrected: boolean) =>
    pageFrom(rows, limit, { subject, sort, corrected })
  if (!isSearch) return answer(await readRows(context.sql, undefined, request), false)
  if (words.length === 0) return { items: [], nextCursor: null }
  // The pages after the first use the corrected query if the first page did
  const found = position?.corrected ? [] : await readRows(context.sql, words, request)
  if (found.length > 0 || position?.corrected === false) return answer(found, false)
  const corrected = await correctQuery(context.sql, words)
  return answer(corrected ? await readRows(context.sql, corrected, request) : [], true)
}

/** Corrected words for a query without results. Returns undefined if no correction is possible. */
async function correctQuery(sql: Sql, words: QueryWord[]): Promise<QueryWord[] | undefined> {
  const corrections = correctWords(
    await findWords(
      sql,
      words.map(({ text }) => text),
    ),
  )
  // Without results, single letters of a query such as `a/b` become optional
  const withoutParts = words.some(({ isPart }) => isPart) ? words.map(({ text }) => text) : undefined
  return corrections
    ? corrections.map(([text, ...alternatives]) => ({ text: text!, isPart: false, alternatives }))
    : withoutParts?.map((text) => ({ text, isPart: false }))
}

interface ListRequest {
  sort: ListSort
  /** The query as typed, to compare with SKUs. */
  sku: string
  filters: ListFilters
  after: (string | number)[] | undefined
  rows: number
  front: SearchFront | undefined
}

function sortOf(requested: ListSort = 'relevance', isSearch: boolean): ListSort {
  return requested === 'relevance' && !isSearch ? 'newest' : requested
}

/** Reads rows of products with all words; without words, of all products. */
function readRows(
  sql: Sql,
  words: QueryWord[] | undefined,
  { sort, sku, filters, after, rows, front }: ListRequest,
): Promise<ListedRow[]> {
  if (sort === 'relevance') {
    const [tier, rank] = (after ?? []) as number[]
    const last = tier === undefined || rank === undefined ? undefined : { tier, rank }
    return searchByRelevance(sql, words ?? [], { sku, filters, after: last, rows, front })
  }
  return words
    ? searchSorted(sql, words, { sort, filters, after, rows })
    : listWithoutQuery(sql, { sort, filters, after, rows })
}

function pageFrom(
  rows: ListedRow[],
  limit: number,
  { subject, sort, corrected }: { subject: ListSubject; sort: ListSort; corrected: boolean },
) {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    items: rows.slice(0, limit).map(({ summary }) => summary),
    nextCursor: last ? encodePosition(subject, { sort, corrected, keys: last.keys }) : null,
  }
}
