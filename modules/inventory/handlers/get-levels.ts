import type { Handles } from '../needs.ts'
import { levelOf } from '../rules/availability.ts'
import { neverCountedStock } from '../rules/count-stock.ts'
import { readStock } from '../store/stock.ts'

export const getLevels: Handles<'getLevels'> = async ({ variantIds }, { sql }) => {
  const stock = await readStock(sql, variantIds)
  return {
    items: variantIds.map((variantId) => levelOf(stock.get(variantId) ?? neverCountedStock(variantId))),
  }
}
