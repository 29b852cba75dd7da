import type { Transaction } from '#runtime/module/define.ts'
import { newId } from '#shared/ids.ts'
import type { catalog } from './contract.ts'
import { type Judgement, judgeDrafts, type SettledDraft } from './rules/judge-drafts.ts'
import { readExistingProducts } from './store/existing-products.ts'
import { lockCatalog } from './store/lock.ts'
import { saveProducts } from './store/save-products.ts'

/** Stores what differs from what is stored, and tells so by events. */
export async function saveDrafts(
  { sql, emit }: Transaction<typeof catalog>,
  settled: readonly SettledDraft[],
  now: Date,
): Promise<Judgement[]> {
  await lockCatalog(sql)
  const judgements = judgeDrafts(settled, await readExistingProducts(sql, handlesOf(settled)), newId)
  const plans = judgements.map(({ plan }) => plan).filter((plan) => plan !== undefined)
  if (plans.length > 0) await saveProducts(sql, plans, now)
  for (const { id, draft } of plans) emit('productChanged', { productId: id, handle: draft.handle })
  return judgements
}

export function resultOf({ handle, outcome, productId, variantIds, withdrawnVariants }: Judgement) {
  return { handle, outcome, productId, variantIds, withdrawnVariants }
}

export function handlesOf(settled: readonly SettledDraft[]): string[] {
  return settled.map(({ draft }) => draft.handle)
}
