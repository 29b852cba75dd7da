import type { inventory } from '#modules/inventory/contract.ts'
import type { Reacts } from '../needs.ts'
import { withAvailability } from '../rules/summarise.ts'
import { replaceSummaries, storeFirstStock } from '../store/availability.ts'
import { lockCatalog } from '../store/lock.ts'

/**
 * Marks variants with their first stock as available. A variant whose `availabilityChanged` came before this event
 * keeps that availability, which is newer: events of different aggregates come in any order.
 */
export const addFirstStock: Reacts<typeof inventory.events.stockBegun> = (
  { variantIds, untrackedIds = [] },
  context,
) =>
  context.commit(async ({ sql }) => {
    await lockCatalog(sql)
    const stored = await storeFirstStock(sql, variantIds, untrackedIds)
    const untracked = new Set(untrackedIds)
    const changed = stored.flatMap(({ number, summary, begunIds }) => {
      const updated = begunIds.reduce(
        (current, variantId) =>
          withAvailability(current, variantId, { available: true, tracked: !untracked.has(variantId) }),
        summary,
      )
      return updated === summary ? [] : [{ number, summary: updated }]
    })
    if (changed.length > 0) await replaceSummaries(sql, changed)
  })
