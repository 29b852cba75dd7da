import type { Handles } from '../needs.ts'
import { findSeveralOpen, listFrozen } from '../store.ts'

/** Limits the customers in one report: without the unique index, many could have several open carts. */
const MAX_PROBLEMS = 100

export const auditCarts: Handles<'auditCarts'> = async ({ after, limit }, { sql }) => {
  const [customers, carts] = await Promise.all([
    // Only on the first page
    after === undefined ? findSeveralOpen(sql, MAX_PROBLEMS) : [],
    listFrozen(sql, after ?? '', limit),
  ])
  const problems = customers.map(
    ({ customerId, cartIds }) =>
      `customer ${customerId}: has ${cartIds.length} open carts, ${cartIds.join(', ')}`,
  )
  return { problems, carts }
}
