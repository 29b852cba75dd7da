import type { inventory } from '#modules/inventory/contract.ts'
import type { Reacts } from '../needs.ts'
import { withAvailability } from '../rules/summarise.ts'
import { noteAvailability, replaceSummary } from '../store/availability.ts'
import { lockCatalog } from '../store/lock.ts'

/** Keeps the catalog's own copy of what can be bought, so that lists need no call to inventory. */
export const showAvailability: Reacts<typeof inventory.events.availabilityChanged> = (
  { variantId, available },
  context,
) =>
  context.commit(async ({ sql }) => {
    // Sent together, one after the other: the second one waits in the database until the first has the lock.
    const [, stored] = await Promise.all([lockCatalog(sql), noteAvailability(sql, variantId, available)])
    const summary = stored && withAvailability(stored.summary, variantId, available)
    if (summary && summary !== stored.summary) await replaceSummary(sql, { number: stored.number, summary })
  })
