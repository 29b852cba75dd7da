import { changeRules } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { deleteRule, readRules } from '../store/rules.ts'

export const deleteShippingZone: Handles<'deleteShippingZone'> = async ({ zoneId }, context) =>
  changeRules(context, async (sql) => {
    const { rules } = await readRules(sql)
    const method = rules.shippingMethods.find(({ rates }) => rates.some((rate) => rate.zoneId === zoneId))
    if (method)
      throw context.fail(
        'RULE_IN_USE',
        `Cannot delete the shipping zone "${zoneId}": the method "${method.title}" has a rate for it. Remove the rate first`,
      )
    await deleteRule(sql, 'shippingZone', zoneId)
    return {}
  })
