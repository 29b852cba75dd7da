import { changeRules, requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfMethod } from '../rules/rule-problem.ts'
import { readRules, writeRule } from '../store/rules.ts'

export const saveShippingMethod: Handles<'saveShippingMethod'> = async (method, context) =>
  changeRules(context, async (sql) => {
    const { rules } = await readRules(sql)
    const zoneIds = new Set(rules.shippingZones.map(({ id }) => id))
    requireValid(context, `shipping method "${method.title}"`, problemOfMethod(method, zoneIds))
    await writeRule(sql, 'shippingMethod', method, context.now())
    return method
  })
