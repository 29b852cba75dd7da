import type { Handles } from '../needs.ts'
import { listFrozen } from '../store.ts'

export const auditCarts: Handles<'auditCarts'> = async ({ after, limit }, { sql }) => ({
  carts: await listFrozen(sql, after ?? '', limit),
})
