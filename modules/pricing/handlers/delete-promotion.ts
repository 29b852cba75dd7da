import { changeRules } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { countRedemptions, deleteCodes } from '../store/promotions.ts'
import { lockUses } from '../store/redemptions.ts'
import { deleteRule } from '../store/rules.ts'

export const deletePromotion: Handles<'deletePromotion'> = async ({ promotionId }, context) =>
  changeRules(context, async (sql) => {
    // An order that is using it ends first
    await lockUses(sql, [promotionId])
    const uses = await countRedemptions(sql, promotionId)
    if (uses > 0)
      throw context.fail(
        'RULE_IN_USE',
        `Cannot delete the promotion "${promotionId}": ${uses} ${uses === 1 ? 'order uses' : 'orders use'} it. Set it to inactive`,
      )
    await deleteRule(sql, 'promotion', promotionId)
    await deleteCodes(sql, promotionId)
    return {}
  })
