import { decodeCursor, encodeCursor } from '#shared/page.ts'

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

/** Packs where the next page starts into an opaque text. */
export function writePosition({ sort, corrected, keys }: Position): string {
  return encodeCursor([sort, corrected ? 1 : 0, ...keys])
}

/** Reads a cursor; undefined when it is not one of a list that is sorted like this. */
export function readPosition(cursor: string, sort: ListSort): Position | undefined {
  const types = keyTypes[sort]
  const [writtenSort, corrected, ...keys] = decodeCursor(cursor, 2 + types.length) ?? []
  if (writtenSort !== sort || (corrected !== 0 && corrected !== 1)) return undefined
  return types.every((type, index) => isKey(keys[index], type))
    ? { sort, corrected: corrected === 1, keys: keys as (string | number)[] }
    : undefined
}

function isKey(value: unknown, type: 'string' | 'number'): boolean {
  return type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && value.isWellFormed()
}
