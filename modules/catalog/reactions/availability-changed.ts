import type { inventory } from '#modules/inventory/contract.ts'
import { inBatches } from '#runtime/module/define.ts'
import type { catalog } from '../contract.ts'
import type { needs } from '../needs.ts'
import { withAvailability } from '../rules/summarise.ts'
import { type ReportedAvailability, replaceSummaries, storeAvailability } from '../store/availability.ts'
import { lockCatalog } from '../store/lock.ts'

type Changed = (typeof inventory)['events']['availabilityChanged']

/** Updates the catalog's copy of the availability, so that lists need no call to inventory. */
export const updateAvailability = inBatches<Changed, typeof catalog, typeof needs>((changes, context) =>
  context.commit(async ({ sql }) => {
    // The last event of a variant applies
    const latest = new Map<string, ReportedAvailability>()
    for (const { variantId, available, tracked = latest.get(variantId)?.tracked } of changes)
      latest.set(variantId, { available, tracked })
    // Both statements are sent at once. PostgreSQL runs the second when the first has the lock.
    const [, stored] = await Promise.all([lockCatalog(sql), storeAvailability(sql, latest)])
    const changed = stored.flatMap(({ number, summary, variantIds }) => {
      const updated = variantIds.reduce(
        (current, id) => withAvailability(current, id, latest.get(id)!),
        summary,
      )
      return updated === summary ? [] : [{ number, summary: updated }]
    })
    if (changed.length > 0) await replaceSummaries(sql, changed)
  }),
)
