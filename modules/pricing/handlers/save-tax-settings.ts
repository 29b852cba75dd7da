import { requireValid } from '../change-rules.ts'
import type { Handles } from '../needs.ts'
import { problemOfHome } from '../rules/rule-problem.ts'
import { writeTaxSettings } from '../store/rules.ts'

export const saveTaxSettings: Handles<'saveTaxSettings'> = async (settings, context) => {
  requireValid(context, 'tax settings', problemOfHome(settings.home))
  return context.commit(async ({ sql }) => {
    await writeTaxSettings(sql, settings)
    return settings
  })
}
