import type { Handles } from '../needs.ts'
import { deleteExpired as deleteRows } from '../store/expired.ts'

/** Rows per table and call. */
const BATCH = 1000

export const deleteExpired: Handles<'deleteExpired'> = async (_input, context) => {
  return context.commitStatement(async (sql) => ({ deleted: await deleteRows(sql, context.now(), BATCH) }))
}
