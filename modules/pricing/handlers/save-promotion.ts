import { changeRules, requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { presentPromotion } from '../rules/present-promotion.ts'
import { problemOfPromotion } from '../rules/rule-problem.ts'
import { countRedemptions } from '../store/promotions.ts'
import { findRule } from '../store/rules.ts'
import { writePromotion } from '../write-promotion.ts'

export const savePromotion: Handles<'savePromotion'> = async ({ promotionId, ...draft }, context) => {
  requireValid(context, `promotion "${draft.title}"`, problemOfPromotion(draft))
  const promotion = { id: promotionId, ...draft }
  return changeRules(context, async (sql) => {
    if (!(await findRule(sql, 'promotion', promotionId)))
      throw context.fail('RULE_NOT_FOUND', `Cannot replace the promotion "${promotionId}": it does not exist`)
    await writePromotion(context, sql, promotion)
    const uses = await countRedemptions(sql, promotionId)
    return presentPromotion(promotion, uses, context.services.currency)
  })
}
