import { newId } from '#shared/ids.ts'
import { quote } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { isStored, judgeDrafts, settleDrafts } from '../rules/judge-drafts.ts'
import { handlesOf, resultOf, saveDrafts } from '../save-drafts.ts'
import { readExistingProducts } from '../store/existing-products.ts'

export const importProducts: Handles<'importProducts'> = async ({ products, dryRun }, context) => {
  const { settled, refused } = settleDrafts(products, context.services.currency)
  if (refused) {
    const { handle, reason } = refused
    throw context.fail('INVALID_PRODUCT', `Cannot save the product ${quote(handle)}: ${reason}`, { handle })
  }
  const existing = await readExistingProducts(context.sql, handlesOf(settled))
  if (dryRun || settled.every((draft) => isStored(draft, existing))) {
    return context.unchanged({ results: judgeDrafts(settled, existing, newId).map(resultOf) })
  }
  return context.commit(async (transaction) => {
    const judgements = await saveDrafts(transaction, settled, context.now())
    return { results: judgements.map(resultOf) }
  })
}
