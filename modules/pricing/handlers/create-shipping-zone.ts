import { newId } from '#shared/ids.ts'
import { changeRules, requireValid, writeZone } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfAreas } from '../rules/rule-problem.ts'

export const createShippingZone: Handles<'createShippingZone'> = async (draft, context) => {
  requireValid(context, `shipping zone "${draft.title}"`, problemOfAreas(draft.areas))
  const zone = { id: newId('shz'), ...draft }
  return changeRules(context, async (sql) => {
    await writeZone(context, sql, 'shippingZone', zone)
    return zone
  })
}
