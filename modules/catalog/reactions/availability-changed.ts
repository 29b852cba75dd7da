import type { inventory } from '#modules/inventory/contract.ts'
import { inBatches } from '#runtime/module/define.ts'
import type { catalog } from '../contract.ts'
import type { needs } from '../needs.ts'
import { withAvailability } from '../rules/summarise.ts'
import { type Availability, noteAvailability, replaceSummaries } from '../store/availability.ts'
import { lockCatalog } from '../store/lock.ts'

type Changed = (typeof inventory)['events']['availabilityChanged']

/** Keeps the catalog's own copy of what can be bought, so that lists need no call to inventory. */
export const showAvailability = inBatches<Changed, typeof catalog, typeof needs>((changes, context) =>
  context.commit(async ({ sql }) => {
    // The last word on a variant counts.
    const latest = new Map<string, Availability>()
    for (const { variantId, available, tracked = latest.get(variantId)?.tracked } of changes)
      latest.set(variantId, { available, tracked })
    // Sent together, one after the other: the second one waits in the database until the first has the lock.
    const [, noted] = await Promise.all([lockCatalog(sql), noteAvailability(sql, latest)])
    const changed = noted.flatMap(({ number, summary, variantIds }) => {
      const now = variantIds.reduce((shown, id) => withAvailability(shown, id, latest.get(id)!), summary)
      return now === summary ? [] : [{ number, summary: now }]
    })
    if (changed.length > 0) await replaceSummaries(sql, changed)
  }),
)
