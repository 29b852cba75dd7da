import { decodeCursor, encodeCursor } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listMessages as list } from '../store.ts'

const LIST = ['messages']

export const listMessages: Handles<'listMessages'> = async ({ cursor, limit = 20 }, context) => {
  const before = cursor === undefined ? undefined : decodeCursor(LIST, cursor, 1)?.[0]
  if (cursor !== undefined && typeof before !== 'string') {
    throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: pass the `nextCursor` of the previous page')
  }
  const items = await list(context.sql, before as string | undefined, limit + 1)
  const hasMore = items.length > limit
  if (hasMore) items.pop()
  return { items, nextCursor: hasMore ? encodeCursor(LIST, [items.at(-1)!.id]) : null }
}
