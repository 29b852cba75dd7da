import { newId } from '#shared/ids.ts'
import { countOf } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { addLineTo } from '../rules/add-line.ts'
import { stockOf } from '../rules/enough-stock.ts'
import { MAX_LINES, MAX_QUANTITY } from '../rules/limits.ts'

export const addLine: Handles<'addLine'> = async ({ cartId, variantId, quantity }, context) => {
  const lineId = newId('lin')
  return changeCart(
    context,
    cartId,
    ({ cart }, { variants, availability }) => {
      const variant = variants?.find((each) => each.variantId === variantId)
      const added = addLineTo(cart, { variant, quantity, stock: stockOf(variantId, availability), lineId })
      if ('lines' in added) return { ...cart, lines: added.lines }
      switch (added.refused) {
        case 'VARIANT_NOT_FOUND':
          throw context.fail(added.refused, `Cannot add "${variantId}": it does not exist or is not sold`)
        case 'CURRENCY_MISMATCH':
          throw context.fail(
            added.refused,
            `Cannot add "${variantId}": its price is in ${added.currency}, and the cart is in ${cart.currency}`,
          )
        case 'CART_FULL':
          throw context.fail(
            added.refused,
            `Cannot add ${quantity} of "${variantId}": a cart has at most ${MAX_LINES} lines of at most ${MAX_QUANTITY} pieces, and its total is limited to that of one order`,
          )
        case 'OUT_OF_STOCK': {
          const { requested, available } = added
          throw context.fail(
            added.refused,
            `Cannot add ${quantity} of "${variantId}": the cart would have ${requested}, and ${countOf(available, 'piece is', 'pieces are')} left`,
            { variantId, requested, available },
          )
        }
      }
    },
    { addedVariantId: variantId },
  )
}
