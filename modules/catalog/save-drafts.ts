import type { Transaction } from '#runtime/module/define.ts'
import { newId } from '#shared/ids.ts'
import type { catalog } from './contract.ts'
import { type NormalisedDraft, type PlannedDraft, planDrafts } from './rules/plan-drafts.ts'
import { readExistingProducts } from './store/existing-products.ts'
import { lockCatalog } from './store/lock.ts'
import { saveProducts } from './store/save-products.ts'

/** Stores the drafts that differ from the stored products, and emits `productChanged` for each of them. */
export async function saveDrafts(
  { sql, emit }: Transaction<typeof catalog>,
  normalised: readonly NormalisedDraft[],
  now: Date,
): Promise<PlannedDraft[]> {
  await lockCatalog(sql)
  const planned = planDrafts(normalised, await readExistingProducts(sql, handlesOf(normalised)), newId)
  const plans = planned.map(({ plan }) => plan).filter((plan) => plan !== undefined)
  if (plans.length > 0) await saveProducts(sql, plans, now)
  for (const { id, draft } of plans) emit('productChanged', { productId: id, handle: draft.handle })
  return planned
}

/** The result of a draft, as `importProducts` and `saveProduct` return it. */
export function resultOf({ handle, outcome, productId, variantIds, withdrawnVariants }: PlannedDraft) {
  return { handle, outcome, productId, variantIds, withdrawnVariants }
}

export function handlesOf(normalised: readonly NormalisedDraft[]): string[] {
  return normalised.map(({ draft }) => draft.handle)
}
