import { byId, readPage } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listMessages as list } from '../store.ts'

/** The name of the list, which its cursors contain. */
const LIST = ['messages']

export const listMessages: Handles<'listMessages'> = async (input, context) => {
  const page = await readPage(LIST, input, byId, (before, limit) => list(context.sql, before, limit))
  if (!page)
    throw context.fail('INVALID_CURSOR', 'Cannot use this cursor: pass the `nextCursor` of the previous page')
  return page
}
