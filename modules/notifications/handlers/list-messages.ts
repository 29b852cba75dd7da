import { byId, readPage } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listMessages as list } from '../store.ts'

export const listMessages: Handles<'listMessages'> = async (input, context) => {
  const page = await readPage(['messages'], input, byId, (before, rows) => list(context.sql, before, rows))
  if (!page)
    throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: pass the `nextCursor` of the previous page')
  return page
}
