import { decodeCursor, encodeCursor, type ListIdentity } from '#shared/page.ts'

/** How a list is sorted in fact: by relevance only where there is a query. */
export type ListSort = 'relevance' | 'newest' | 'price-asc' | 'price-desc' | 'title'

/** Where a page starts: after the row with these keys. `corrected`: the list is that of the corrected query. */
export type Position = { sort: ListSort; corrected: boolean; keys: (string | number)[] }

/** Which keys the rows of a sorted list have; the last one is unique. */
const keyTypes: Record<ListSort, ('string' | 'number')[]> = {
  relevance: ['number', 'number'],
  newest: ['number'],
  'price-asc': ['number', 'number'],
  'price-desc': ['number', 'number'],
  title: ['string', 'number'],
}

/** What a list of products is about: which are in it. */
export interface ListSubject {
  query: string
  category?: string | undefined
  available?: boolean | undefined
  minPrice?: number | undefined
  maxPrice?: number | undefined
}

/** Packs where the next page of such a list starts into an opaque text. */
export function writePosition(subject: ListSubject, { sort, corrected, keys }: Position): string {
  return encodeCursor(identityOf(subject, sort), [corrected ? 1 : 0, ...keys])
}

/** Reads a cursor; undefined when it is not one of such a list that is sorted like this. */
export function readPosition(cursor: string, subject: ListSubject, sort: ListSort): Position | undefined {
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
