import type { Handles } from '../needs.ts'

export const listCountries: Handles<'listCountries'> = async (_, context) =>
  context.calls.pricing.listCountries({})
