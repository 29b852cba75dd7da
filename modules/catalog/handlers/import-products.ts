import { newId } from '#shared/ids.ts'
import { quote } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { isStored, normaliseDrafts, planDrafts } from '../rules/plan-drafts.ts'
import { handlesOf, resultOf, saveDrafts } from '../save-drafts.ts'
import { readExistingProducts } from '../store/existing-products.ts'

export const importProducts: Handles<'importProducts'> = async ({ products, dryRun }, context) => {
  const { normalised, refused } = normaliseDrafts(products, context.services.currency)
  if (refused) {
    const { handle, reason } = refused
    throw context.fail('INVALID_PRODUCT', `Cannot save the product ${quote(handle)}: ${reason}`, { handle })
  }
  const existing = await readExistingProducts(context.sql, handlesOf(normalised))
  if (dryRun || normalised.every((draft) => isStored(draft, existing))) {
    return context.unchanged({ results: planDrafts(normalised, existing, newId).map(resultOf) })
  }
  return context.commit(async (transaction) => {
    const planned = await saveDrafts(transaction, normalised, context.now())
    return { results: planned.map(resultOf) }
  })
}
