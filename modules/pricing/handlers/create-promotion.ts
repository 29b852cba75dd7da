import { newId } from '#shared/ids.ts'
import { changeRules, requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { presentPromotion } from '../rules/present-promotion.ts'
import { problemOfPromotion } from '../rules/rule-problem.ts'
import { writePromotion } from '../write-promotion.ts'

export const createPromotion: Handles<'createPromotion'> = async (draft, context) => {
  requireValid(context, `promotion "${draft.title}"`, problemOfPromotion(draft))
  const promotion = { id: newId('prm'), ...draft }
  return changeRules(context, async (sql) => {
    await writePromotion(context, sql, promotion)
    return presentPromotion(promotion, 0, context.services.currency)
  })
}
