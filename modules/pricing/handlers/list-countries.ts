import { countryName } from '#shared/countries.ts'
import type { Handles } from '../needs.ts'

export const listCountries: Handles<'listCountries'> = async (_, context) => {
  const { countries } = await context.services.ruleSet(context.sql)
  return {
    items: [...countries]
      .map((code) => ({ code, name: countryName(code) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en')),
  }
}
