import type { Handles } from '../needs.ts'
import { ORDER_CONFIRMED } from '../rules/kinds.ts'
import { countPerAbout } from '../store.ts'

/** Counts order confirmations only: the audit requires one for each order that was paid. */
export const auditMessages: Handles<'auditMessages'> = async ({ after = '', limit }, context) => {
  const counts = await countPerAbout(context.sql, ORDER_CONFIRMED, after, limit)
  return { confirmations: counts.map(({ about, count }) => ({ orderId: about, count })) }
}
