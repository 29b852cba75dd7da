import { changeRules, requireRule, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfTaxZone } from '../rules/rule-problem.ts'

export const saveTaxZone: Handles<'saveTaxZone'> = async ({ zoneId, ...draft }, context) => {
  requireValid(context, `tax zone "${draft.title}"`, problemOfTaxZone(draft))
  const zone = { id: zoneId, ...draft }
  return changeRules(context, async (sql) => {
    await requireRule(context, sql, 'taxZone', zoneId)
    await writeZone(context, sql, 'taxZone', zone)
    return zone
  })
}
