import { changeRules, requireRule, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfAreas } from '../rules/rule-problem.ts'

export const saveShippingZone: Handles<'saveShippingZone'> = async ({ zoneId, ...draft }, context) => {
  requireValid(context, `shipping zone "${draft.title}"`, problemOfAreas(draft.areas))
  const zone = { id: zoneId, ...draft }
  return changeRules(context, async (sql) => {
    await requireRule(context, sql, 'shippingZone', zoneId)
    await writeZone(context, sql, 'shippingZone', zone)
    return zone
  })
}
