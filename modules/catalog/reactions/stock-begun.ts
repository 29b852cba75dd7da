import type { inventory } from '#modules/inventory/contract.ts'
import type { Reacts } from '../needs.ts'
import { withAvailability } from '../rules/summarise.ts'
import { noteBegunStock, replaceSummaries } from '../store/availability.ts'
import { lockCatalog } from '../store/lock.ts'

/**
 * Shows that variants with their first stock can be bought. One of which inventory has said something since then keeps
 * that: events of different aggregates come in any order.
 */
export const showBegunStock: Reacts<typeof inventory.events.stockBegun> = (
  { variantIds, untrackedIds = [] },
  context,
) =>
  context.commit(async ({ sql }) => {
    await lockCatalog(sql)
    const shown = await noteBegunStock(sql, variantIds, untrackedIds)
    const untracked = new Set(untrackedIds)
    const changed = shown.flatMap(({ number, summary, begunIds }) => {
      const after = begunIds.reduce(
        (one, variantId) =>
          withAvailability(one, variantId, { available: true, tracked: !untracked.has(variantId) }),
        summary,
      )
      return after === summary ? [] : [{ number, summary: after }]
    })
    if (changed.length > 0) await replaceSummaries(sql, changed)
  })
