import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfAreas } from '../rules/rule-problem.ts'
import { findRule } from '../store/rules.ts'

export const saveShippingZone: Handles<'saveShippingZone'> = async ({ zoneId, ...draft }, context) => {
  requireValid(context, `shipping zone "${draft.title}"`, problemOfAreas(draft.areas))
  const zone = { id: zoneId, ...draft }
  return changeRules(context, async (sql) => {
    if (!(await findRule(sql, 'shippingZone', zoneId)))
      throw context.fail('RULE_NOT_FOUND', `Cannot replace the shipping zone "${zoneId}": it does not exist`)
    await writeZone(context, sql, 'shippingZone', zone)
    return zone
  })
}
