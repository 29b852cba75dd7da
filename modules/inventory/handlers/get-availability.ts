import type { Handles } from '../needs.ts'
import { availabilityOf } from '../rules/availability.ts'
import { readStock } from '../store/stock.ts'

export const getAvailability: Handles<'getAvailability'> = async ({ variantIds }, { sql }) => {
  if (variantIds.length === 0) return { items: [] }
  const stock = await readStock(sql, variantIds)
  return { items: variantIds.map((variantId) => availabilityOf(variantId, stock.get(variantId))) }
}
