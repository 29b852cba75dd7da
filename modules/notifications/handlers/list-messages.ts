import { decodeCursor, encodeCursor } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listMessages as list } from '../store.ts'

const LIST = ['messages']

export const listMessages: Handles<'listMessages'> = async ({ cursor, limit = 20 }, context) => {
  const before = cursor === undefined ? undefined : decodeCursor(LIST, cursor, 1)?.[0]
  if (cursor !== undefined && typeof before !== 'string') {
    throw context.fail(
      'INVALID_CURSOR',
      'Cannot read on from this cursor: pass the `nextCursor` of the page before',
    )
  }
  const items = await list(context.sql, before as string | undefined, limit + 1)
  const more = items.length > limit
  if (more) items.pop()
  return { items, nextCursor: more ? encodeCursor(LIST, [items.at(-1)!.id]) : null }
}
