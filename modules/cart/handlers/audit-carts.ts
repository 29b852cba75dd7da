import type { Handles } from '../needs.ts'
import { findSeveralOpen, listFrozen } from '../store.ts'

/** Customers in one report. A broken index could let many customers have several open carts. */
const MAX_PROBLEMS = 100

export const auditCarts: Handles<'auditCarts'> = async ({ after, limit }, { sql }) => {
  const [several, carts] = await Promise.all([
    after === undefined ? findSeveralOpen(sql, MAX_PROBLEMS) : [],
    listFrozen(sql, after ?? '', limit),
  ])
  const problems = several.map(
    ({ customerId, cartIds }) =>
      `customer ${customerId}: has ${cartIds.length} open carts, ${cartIds.join(', ')}`,
  )
  return { problems, carts }
}
