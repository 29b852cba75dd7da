import { newId } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { levelOf } from '../rules/availability.ts'
import { availabilityChanges, countStock, neverCountedStock } from '../rules/count-stock.ts'
import { beginStock, lockStock, writeCounts } from '../store/stock.ts'

export const setStock: Handles<'setStock'> = async (count, context) =>
  context.commit(async ({ sql, emit }) => {
    const { variantId } = count
    await beginStock(sql, [variantId])
    const before = (await lockStock(sql, [variantId])).get(variantId) ?? neverCountedStock(variantId)
    const counted = countStock(before, count)
    if (!counted) return levelOf(before)
    await writeCounts(sql, newId('cnt'), [counted], context.now())
    for (const change of availabilityChanges([counted])) emit('availabilityChanged', change)
    return levelOf(counted.after)
  })
