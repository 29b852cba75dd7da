import { quote } from '#shared/text.ts'
import type { Handles } from '../needs.ts'
import { settleDrafts } from '../rules/judge-drafts.ts'
import { resultOf, saveDrafts } from '../save-drafts.ts'

export const saveProduct: Handles<'saveProduct'> = async (draft, context) => {
  const { settled, refused } = settleDrafts([draft], context.services.currency)
  if (refused) {
    const { handle, reason } = refused
    throw context.fail('INVALID_PRODUCT', `Cannot save the product ${quote(handle)}: ${reason}`, { handle })
  }
  return context.commit(async (transaction) => {
    const [judgement] = await saveDrafts(transaction, settled, context.now())
    return resultOf(judgement!)
  })
}
