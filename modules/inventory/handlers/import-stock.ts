import { newId } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { availabilityChanges, countStock } from '../rules/count-stock.ts'
import { beginStock, lockStock, readStock, writeCounts } from '../store/stock.ts'

export const importStock: Handles<'importStock'> = async ({ items, overwrite, dryRun }, context) => {
  // Of several items for a variant, the last one applies
  const counts = new Map(items.map((item) => [item.variantId, item]))
  const variantIds = [...counts.keys()]

  if (dryRun) {
    const stock = await readStock(context.sql, variantIds)
    const set = [...counts.values()].filter((count) => {
      const before = stock.get(count.variantId)
      return before ? overwrite && countStock(before, count) : true
    })
    return context.unchanged({ set: set.length, kept: counts.size - set.length })
  }

  return context.commit(async ({ sql, emit }) => {
    const begun = await beginStock(sql, variantIds)
    const stock = await lockStock(sql, overwrite ? variantIds : [...begun])
    const counted = [...stock.values()].flatMap(
      (before) => countStock(before, counts.get(before.variantId)!) ?? [],
    )
    const importId = newId('cnt')
    if (counted.length > 0) await writeCounts(sql, importId, counted, context.now())
    const changes = availabilityChanges(counted)
    // Events of one variant must stay in order. These variants have no earlier events, so one event can report them all.
    const newlyAvailable = changes.filter(({ variantId }) => begun.has(variantId))
    const untrackedIds = newlyAvailable.filter(({ tracked }) => !tracked).map(({ variantId }) => variantId)
    if (newlyAvailable.length > 0) {
      emit('stockBegun', {
        importId,
        variantIds: newlyAvailable.map(({ variantId }) => variantId),
        ...(untrackedIds.length > 0 && { untrackedIds }),
      })
    }
    for (const change of changes) if (!begun.has(change.variantId)) emit('availabilityChanged', change)
    const set = new Set([...begun, ...counted.map(({ after }) => after.variantId)])
    return { set: set.size, kept: counts.size - set.size }
  })
}
