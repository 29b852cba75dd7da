import { countOf } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { findWrongCounters, listRedemptions } from '../store/promotions.ts'

export const auditPromotions: Handles<'auditPromotions'> = async ({ after, limit }, context) => {
  const redemptions = await listRedemptions(context.sql, after ?? '', limit)
  if (after !== undefined) return { redemptions }
  const wrong = await findWrongCounters(context.sql)
  return {
    problems: wrong.map(
      ({ promotionId, uses, redemptions: counted }) =>
        `promotion ${promotionId}: its counter is ${uses}, but ${countOf(counted, 'order')} with its limit redeemed it`,
    ),
    redemptions,
  }
}
