import { hash } from 'node:crypto'
import { type TSchema, Type } from 'typebox'

/** Schema of one page of a list: its items, and the cursor of the next page or null on the last page. */
export function Page<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: Type.Union([Type.String(), Type.Null()], {
        description: '`cursor` of the next page; null on the last one',
      }),
    },
    { additionalProperties: false },
  )
}

/** Input members of every list. `limit` is 20 by default. */
export const pageInput = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'items per page. Default: 20' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 400, description: '`nextCursor` of the previous page' }),
  ),
}

/** Identifies a list: its name, and every input that filters or sorts it. */
export type ListIdentity = readonly (string | number | boolean | null | undefined)[]

/** Packs the sort keys of a page's last row into an opaque cursor. Only the same list accepts it. */
export function encodeCursor(list: ListIdentity, keys: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([listHash(list), ...keys])).toString('base64url')
}

/**
 * The sort keys in a cursor. Returns undefined when `encodeCursor` did not make it for this list with `length` keys.
 */
export function decodeCursor(
  list: ListIdentity,
  cursor: string,
  length: number,
): (string | number | null)[] | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(content)) return undefined
    const [hashInCursor, ...keys] = content
    if (hashInCursor !== listHash(list) || keys.length !== length) return undefined
    const areScalars = keys.every((key) => key === null || typeof key === 'string' || typeof key === 'number')
    const hasNul = keys.some((key) => typeof key === 'string' && key.includes('\0'))
    return areScalars && !hasNul ? keys : undefined
  } catch {
    return undefined
  }
}

/** 48 bits suffice, because the hash only detects that a client used the cursor of another list. */
function listHash(list: ListIdentity): string {
  return hash('sha256', JSON.stringify(list), 'base64url').slice(0, 8)
}

export type PageOf<Item> = { items: Item[]; nextCursor: string | null }
export type PageInput = { limit?: number; cursor?: string }

/** The sort key of a list's rows. */
export interface SortKey<Row, Key> {
  of: (row: Row) => Key
  /** Whether a value is a key. It comes from a cursor, and clients can make up cursors. */
  is: (value: unknown) => value is Key
}

const DEFAULT_LIMIT = 20

/**
 * Reads one page of a list whose rows have a single sort key. Returns undefined when the cursor is not of this list.
 *
 * @param list identifies the list
 * @param read returns the first `rows` rows after the row with the key `after`; without a key, of the whole list
 */
export async function readPage<Row, Key extends string | number>(
  list: ListIdentity,
  { limit = DEFAULT_LIMIT, cursor }: PageInput,
  key: SortKey<Row, Key>,
  read: (after: Key | undefined, rows: number) => Promise<Row[]>,
): Promise<PageOf<Row> | undefined> {
  let after: Key | undefined
  if (cursor !== undefined) {
    const [value] = decodeCursor(list, cursor, 1) ?? []
    if (!key.is(value)) return undefined
    after = value
  }
  // One row more than the page has shows whether there is another page.
  const found = await read(after, limit + 1)
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? encodeCursor(list, [key.of(items.at(-1)!)]) : null }
}

/** The key of rows that are sorted by their ids. */
export const byId: SortKey<{ id: string }, string> = {
  of: ({ id }) => id,
  is: (value) => typeof value === 'string',
}
