import type { Handles } from '../needs.ts'
import { revokeStaff as revoke } from '../store/staff.ts'

/** Takes effect at once in all processes, because none of them caches API keys. */
export const revokeStaff: Handles<'revokeStaff'> = async ({ staffId }, context) => {
  return context.commitStatement(async (sql) => {
    if (!(await revoke(sql, staffId, context.now()))) {
      throw context.fail(
        'STAFF_NOT_FOUND',
        `Cannot revoke the key of "${staffId}": no staff member has this id`,
      )
    }
    return {}
  })
}
