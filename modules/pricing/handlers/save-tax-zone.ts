import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfTaxZone } from '../rules/rule-problem.ts'
import { findRule } from '../store/rules.ts'

export const saveTaxZone: Handles<'saveTaxZone'> = async ({ zoneId, ...draft }, context) => {
  requireValid(context, `tax zone "${draft.title}"`, problemOfTaxZone(draft))
  const zone = { id: zoneId, ...draft }
  return changeRules(context, async (sql) => {
    if (!(await findRule(sql, 'taxZone', zoneId)))
      throw context.fail('RULE_NOT_FOUND', `Cannot replace the tax zone "${zoneId}": it does not exist`)
    await writeZone(context, sql, 'taxZone', zone)
    return zone
  })
}
