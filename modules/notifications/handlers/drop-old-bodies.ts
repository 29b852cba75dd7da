import type { Handles } from '../needs.ts'
import { BODY_RETENTION_MS } from '../rules/limits.ts'
import { dropBodies } from '../store.ts'

const BATCH = 500

export const dropOldBodies: Handles<'dropOldBodies'> = async (_input, context) => {
  const before = new Date(context.now().getTime() - BODY_RETENTION_MS)
  return context.commitStatement(async (sql) => ({ dropped: await dropBodies(sql, before, BATCH) }))
}
