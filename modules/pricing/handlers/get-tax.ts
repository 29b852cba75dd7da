import type { Handles } from '../needs.ts'
import { readRules } from '../store/rules.ts'

export const getTax: Handles<'getTax'> = async (_, context) => {
  const { rules } = await readRules(context.sql)
  return { settings: rules.tax, zones: [...rules.taxZones] }
}
