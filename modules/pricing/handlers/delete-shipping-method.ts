import { changeRules } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { deleteRule } from '../store/rules.ts'

export const deleteShippingMethod: Handles<'deleteShippingMethod'> = async ({ id }, context) =>
  changeRules(context, async (sql) => {
    await deleteRule(sql, 'shippingMethod', id)
    return {}
  })
