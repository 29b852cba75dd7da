import { requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfAreas } from '../rules/rule-problem.ts'
import { writeTaxSettings } from '../store/rules.ts'

export const saveTaxSettings: Handles<'saveTaxSettings'> = async (settings, context) => {
  const problem = settings.home ? problemOfAreas([settings.home]) : undefined
  requireValid(context, 'tax settings', problem && { ...problem, field: '/home' })
  return context.commit(async ({ sql }) => {
    await writeTaxSettings(sql, settings)
    return settings
  })
}
