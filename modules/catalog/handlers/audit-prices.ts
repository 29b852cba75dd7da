import type { Handles } from '../needs.ts'
import { countForeignPrices } from '../store/count-foreign-prices.ts'

export const auditPrices: Handles<'auditPrices'> = async (_, { sql, services }) => {
  const { currency } = services
  return { currency, foreign: await countForeignPrices(sql, currency) }
}
