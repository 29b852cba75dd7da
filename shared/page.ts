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

/** Packs the sort keys of a page's last row into an opaque cursor. */
export function encodeCursor(keys: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url')
}

/** Reads a cursor made by `encodeCursor`; undefined when it is not one with `length` keys. */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] | undefined {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(keys) || keys.length !== length) return undefined
    const plain = keys.every((key) => key === null || typeof key === 'string' || typeof key === 'number')
    const unsafe = keys.some((key) => typeof key === 'string' && key.includes('\0'))
    return plain && !unsafe ? keys : undefined
  } catch {
    return undefined
  }
}

export type PageOf<Item> = { items: Item[]; nextCursor: string | null }
export type PageInput = { limit?: number; cursor?: string }
