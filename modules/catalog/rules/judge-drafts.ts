import type { ProductDraft } from '../contract.ts'
import { draftHash } from './draft-hash.ts'
import { findContradiction } from './find-contradiction.ts'
import { type ExistingProduct, type ProductPlan, planProduct } from './plan-product.ts'
import { settleDraft } from './settle-draft.ts'

/** A draft in the form in which it is stored, with the hash that tells whether it is stored already. */
export interface SettledDraft {
  draft: ProductDraft
  hash: string
}

/** What becomes of a draft: a plan to carry out, or nothing because it is stored as it is. */
export interface Judgement {
  handle: string
  outcome: 'created' | 'updated' | 'unchanged'
  productId: string
  /** In the draft's order. */
  variantIds: string[]
  /** Variants that are sold now, and that the draft does not have. */
  withdrawnVariants: number
  plan: ProductPlan | undefined
}

/** Settles drafts for a shop that sells in `currency`, and finds the first that cannot be stored: `reason` is the end of a sentence. */
export function settleDrafts(
  drafts: readonly ProductDraft[],
  currency: string,
): {
  settled: SettledDraft[]
  refused: { handle: string; reason: string } | undefined
} {
  const settled = drafts.map(settleDraft).map((draft) => ({ draft, hash: draftHash(draft) }))
  const handles = new Set<string>()
  for (const { draft } of settled) {
    const { handle } = draft
    const reason = handles.has(handle)
      ? 'the handle comes twice; leave one out'
      : findContradiction(draft, currency)
    if (reason !== undefined) return { settled, refused: { handle, reason } }
    handles.add(handle)
  }
  return { settled, refused: undefined }
}

/** Whether the product is stored just as the draft has it. */
export function isStored(
  { draft, hash }: SettledDraft,
  existing: ReadonlyMap<string, ExistingProduct>,
): boolean {
  return existing.get(draft.handle)?.draftHash === hash
}

/** Decides what becomes of each draft, beside what is stored. */
export function judgeDrafts(
  settled: readonly SettledDraft[],
  existing: ReadonlyMap<string, ExistingProduct>,
  makeId: (prefix: string) => string,
): Judgement[] {
  return settled.map((one) => {
    const { draft, hash } = one
    const product = existing.get(draft.handle)
    if (product && isStored(one, existing)) {
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

function countWithdrawn(product: ExistingProduct | undefined, kept: readonly string[]): number {
  const ids = new Set(kept)
  return product?.variants.filter(({ id, withdrawn }) => !withdrawn && !ids.has(id)).length ?? 0
}
