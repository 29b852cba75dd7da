import type { Handles } from '../needs.ts'
import { readRules } from '../store/rules.ts'

export const getShipping: Handles<'getShipping'> = async (_, context) => {
  const { rules } = await readRules(context.sql)
  return {
    zones: [...rules.shippingZones],
    methods: rules.shippingMethods.toSorted((a, b) => a.position - b.position),
  }
}
