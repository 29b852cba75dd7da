import { hash } from 'node:crypto'
import { type TSchema, Type } from 'typebox'

/** A list's answer: items and where the next page starts, or null at the end. */
export function Page<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'pass it as `cursor` to read on' }),
    },
    { additionalProperties: false },
  )
}

/** The input members that every list takes. `limit` defaults to 20. */
export const pageInput = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'items a page, 20 unless told' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 400, description: '`nextCursor` of the page before' }),
  ),
}

/** What tells a list from others: its name, and all that chooses what is in it and how it is sorted. */
export type ListIdentity = readonly (string | number | boolean | null | undefined)[]

/** Packs the sort keys of a page's last row into an opaque cursor, which this list only takes back. */
export function encodeCursor(list: ListIdentity, keys: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([markOf(list), ...keys])).toString('base64url')
}

/** Reads a cursor that `encodeCursor` made for this list; undefined when it is not one with `length` keys. */
export function decodeCursor(
  list: ListIdentity,
  cursor: string,
  length: number,
): (string | number | null)[] | undefined {
  try {
    const written: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(written)) return undefined
    const [mark, ...keys] = written
    if (mark !== markOf(list) || keys.length !== length) return undefined
    const plain = keys.every((key) => key === null || typeof key === 'string' || typeof key === 'number')
    const unsafe = keys.some((key) => typeof key === 'string' && key.includes('\0'))
    return plain && !unsafe ? keys : undefined
  } catch {
    return undefined
  }
}

/** 48 bits: a cursor of another list is a mistake, and no secret. */
function markOf(list: ListIdentity): string {
  return hash('sha256', JSON.stringify(list), 'base64url').slice(0, 8)
}

export type PageOf<Item> = { items: Item[]; nextCursor: string | null }
export type PageInput = { limit?: number; cursor?: string }
