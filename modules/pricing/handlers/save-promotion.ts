import { changeRules, requireRule, requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { presentPromotion } from '../rules/present-promotion.ts'
import { problemOfPromotion } from '../rules/rule-problem.ts'
import { countRedemptions } from '../store/promotions.ts'
import { writePromotion } from '../write-promotion.ts'

export const savePromotion: Handles<'savePromotion'> = async ({ promotionId, ...draft }, context) => {
  requireValid(context, `promotion "${draft.title}"`, problemOfPromotion(draft))
  const promotion = { id: promotionId, ...draft }
  return changeRules(context, async (sql) => {
    await requireRule(context, sql, 'promotion', promotionId)
    await writePromotion(context, sql, promotion)
    const uses = await countRedemptions(sql, promotionId)
    return presentPromotion(promotion, uses, context.services.currency)
  })
}
