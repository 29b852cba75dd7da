import { decodeCursor, encodeCursor, type ListIdentity } from '#shared/page.ts'

/** The actual sorting of a list. It is `relevance` only with a query. */
export type ListSort = 'relevance' | 'newest' | 'price-asc' | 'price-desc' | 'title'

/** The row before a page. `corrected`: the list shows the results of a corrected query (`correctWords`). */
export type Position = { sort: ListSort; corrected: boolean; keys: (string | number)[] }

/** The types of the sort keys of each sorting. The last key is unique. */
const keyTypes: Record<ListSort, ('string' | 'number')[]> = {
  relevance: ['number', 'number'],
  newest: ['number'],
  'price-asc': ['number', 'number'],
  'price-desc': ['number', 'number'],
  title: ['string', 'number'],
}

/** The query and the filters of a list of products. */
export interface ListSubject {
  query: string
  category?: string | undefined
  available?: boolean | undefined
  minPrice?: number | undefined
  maxPrice?: number | undefined
}

/** Packs a position into an opaque cursor, which only the same list with the same sorting accepts. */
export function encodePosition(subject: ListSubject, { sort, corrected, keys }: Position): string {
  return encodeCursor(identityOf(subject, sort), [corrected ? 1 : 0, ...keys])
}

/** The position in a cursor. Returns undefined when the cursor is not from this list with this sorting. */
export function decodePosition(cursor: string, subject: ListSubject, sort: ListSort): Position | undefined {
  const types = keyTypes[sort]
  const [corrected, ...keys] = decodeCursor(identityOf(subject, sort), cursor, 1 + types.length) ?? []
  if (corrected !== 0 && corrected !== 1) return undefined
  return types.every((type, index) => isKey(keys[index], type))
    ? { sort, corrected: corrected === 1, keys: keys as (string | number)[] }
    : undefined
}

function identityOf(subject: ListSubject, sort: ListSort): ListIdentity {
  const { query, category, available, minPrice, maxPrice } = subject
  return ['products', sort, query, category, available, minPrice, maxPrice]
}

function isKey(value: unknown, type: 'string' | 'number'): boolean {
  return type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && value.isWellFormed()
}
