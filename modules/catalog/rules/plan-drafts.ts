import type { ProductDraft } from '../contract.ts'
import { draftHash } from './draft-hash.ts'
import { findDraftProblem } from './find-draft-problem.ts'
import { normaliseDraft } from './normalise-draft.ts'
import { type ExistingProduct, type ProductPlan, planProduct } from './plan-product.ts'
import { keepsClasses } from './product-classes.ts'

/** A draft in its stored form, with a hash to compare it with the stored product. */
export interface NormalisedDraft {
  draft: ProductDraft
  hash: string
}

/** The effect of a draft, with the plan to execute; without one if the product is unchanged. */
export interface PlannedDraft {
  handle: string
  outcome: 'created' | 'updated' | 'unchanged'
  productId: string
  /** In the order of the draft. */
  variantIds: string[]
  /** The number of variants that are sold now and are not in the draft. */
  withdrawnVariants: number
  plan: ProductPlan | undefined
}

/**
 * Normalises drafts for a shop with this currency. `refused` is the first draft that is invalid; its `reason` is the
 * end of a sentence.
 */
export function normaliseDrafts(
  drafts: readonly ProductDraft[],
  currency: string,
): {
  normalised: NormalisedDraft[]
  refused: { handle: string; reason: string } | undefined
} {
  const normalised = drafts.map(normaliseDraft).map((draft) => ({ draft, hash: draftHash(draft) }))
  const handles = new Set<string>()
  for (const { draft } of normalised) {
    const { handle } = draft
    const reason = handles.has(handle)
      ? 'the handle occurs twice; remove one'
      : findDraftProblem(draft, currency)
    if (reason !== undefined) return { normalised, refused: { handle, reason } }
    handles.add(handle)
  }
  return { normalised, refused: undefined }
}

/** Whether the stored product equals the draft. */
export function isStored(
  { draft, hash }: NormalisedDraft,
  existing: ReadonlyMap<string, ExistingProduct>,
): boolean {
  const product = existing.get(draft.handle)
  return product !== undefined && product.draftHash === hash && keepsClasses(draft, product)
}

/** Compares drafts with the stored products, and plans the changes. */
export function planDrafts(
  normalised: readonly NormalisedDraft[],
  existing: ReadonlyMap<string, ExistingProduct>,
  makeId: (prefix: string) => string,
): PlannedDraft[] {
  return normalised.map((normalisedDraft) => {
    const { draft, hash } = normalisedDraft
    const product = existing.get(draft.handle)
    if (product && isStored(normalisedDraft, existing)) {
      const variantIds = product.variants.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id)
      return {
        handle: draft.handle,
        outcome: 'unchanged',
        productId: product.id,
        variantIds,
        withdrawnVariants: 0,
        plan: undefined,
      }
    }
    const plan = planProduct(draft, hash, product, makeId)
    const variantIds = plan.variants.map(({ id }) => id)
    return {
      handle: draft.handle,
      outcome: product ? 'updated' : 'created',
      productId: plan.id,
      variantIds,
      withdrawnVariants: countWithdrawn(product, variantIds),
      plan,
    }
  })
}

function countWithdrawn(product: ExistingProduct | undefined, plannedIds: readonly string[]): number {
  const ids = new Set(plannedIds)
  return product?.variants.filter(({ id, withdrawn }) => !withdrawn && !ids.has(id)).length ?? 0
}
