import { changeRules } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { deleteRule } from '../store/rules.ts'

export const deleteTaxZone: Handles<'deleteTaxZone'> = async ({ zoneId }, context) =>
  changeRules(context, async (sql) => {
    await deleteRule(sql, 'taxZone', zoneId)
    return {}
  })
