import type { Handles } from '../needs.ts'
import { servedCountries } from '../rules/shipping.ts'

export const listCountries: Handles<'listCountries'> = async () => ({ items: servedCountries() })
