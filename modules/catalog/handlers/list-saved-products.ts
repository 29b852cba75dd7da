import { decodeCursor, encodeCursor } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listSavedProducts as list } from '../store/saved-products.ts'

const DEFAULT_LIMIT = 20

export const listSavedProducts: Handles<'listSavedProducts'> = async (input, context) => {
  const { published, cursor, limit = DEFAULT_LIMIT } = input
  const identity = ['saved products', published]
  const before = cursor === undefined ? undefined : decodeCursor(identity, cursor, 1)?.[0]
  if (cursor !== undefined && !Number.isSafeInteger(before)) {
    throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: it is not a `nextCursor` of this list')
  }
  const found = await list(context.sql, { published, before: before as number | undefined, rows: limit + 1 })
  const page = found.slice(0, limit)
  return {
    items: page.map(({ id: productId, number: _number, updatedAt, ...product }) => ({
      productId,
      ...product,
      updatedAt: updatedAt.toISOString(),
    })),
    nextCursor: found.length > limit ? encodeCursor(identity, [page.at(-1)!.number]) : null,
  }
}
