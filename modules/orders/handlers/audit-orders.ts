import type { Handles } from '../needs.ts'
import { listAuditedOrders } from '../store.ts'

export const auditOrders: Handles<'auditOrders'> = async ({ after, limit }, context) => {
  return { orders: await listAuditedOrders(context.sql, after ?? '', limit) }
}
