import type { Handles } from '../needs.ts'
import { presentPromotion } from '../rules/present-promotion.ts'
import { countRedemptions } from '../store/promotions.ts'
import { findRule } from '../store/rules.ts'

export const getPromotion: Handles<'getPromotion'> = async ({ promotionId }, context) => {
  const [promotion, uses] = await Promise.all([
    findRule(context.sql, 'promotion', promotionId),
    countRedemptions(context.sql, promotionId),
  ])
  if (!promotion)
    throw context.fail('RULE_NOT_FOUND', `Cannot return the promotion "${promotionId}": it does not exist`)
  return presentPromotion(promotion, uses, context.services.currency)
}
