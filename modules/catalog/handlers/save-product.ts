import { quote } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { normaliseDrafts } from '../rules/plan-drafts.ts'
import { resultOf, saveDrafts } from '../save-drafts.ts'

export const saveProduct: Handles<'saveProduct'> = async (draft, context) => {
  const { normalised, refused } = normaliseDrafts([draft], context.services.currency)
  if (refused) {
    const { handle, reason } = refused
    throw context.fail('INVALID_PRODUCT', `Cannot save the product ${quote(handle)}: ${reason}`, { handle })
  }
  return context.commit(async (transaction) => {
    const [planned] = await saveDrafts(transaction, normalised, context.now())
    return resultOf(planned!)
  })
}
