import { newId } from '#shared/ids.ts'
import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfTaxZone } from '../rules/rule-problem.ts'

export const createTaxZone: Handles<'createTaxZone'> = async (draft, context) => {
  requireValid(context, `tax zone "${draft.title}"`, problemOfTaxZone(draft))
  const zone = { id: newId('txz'), ...draft }
  return changeRules(context, async (sql) => {
    await writeZone(context, sql, 'taxZone', zone)
    return zone
  })
}
