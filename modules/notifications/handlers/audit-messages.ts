import type { Handles } from '../needs.ts'
import { ORDER_CONFIRMED } from '../rules/kinds.ts'
import { countByAbout } from '../store.ts'

export const auditMessages: Handles<'auditMessages'> = async ({ after = '', limit }, context) => {
  const counts = await countByAbout(context.sql, ORDER_CONFIRMED, after, limit)
  return { confirmations: counts.map(({ about, count }) => ({ orderId: about, count })) }
}
