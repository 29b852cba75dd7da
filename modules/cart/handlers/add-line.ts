import { orElse } from '#runtime/contract/or-else.ts'
import { newId } from '#shared/ids.ts'
import { countOf } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { addLineTo } from '../rules/add-line.ts'
import { stockOf } from '../rules/enough-stock.ts'
import { readCart } from '../store.ts'

export const addLine: Handles<'addLine'> = async ({ cartId, variantId, quantity }, context) => {
  const { catalog, inventory } = context.calls
  const [found, { variants }, { items }] = await Promise.all([
    readCart(context.sql, cartId),
    catalog.getVariants({ variantIds: [variantId] }),
    orElse(inventory.getAvailability({ variantIds: [variantId] }), { items: [] }),
  ])
  const addition = { variant: variants[0], quantity, stock: stockOf(variantId, items), lineId: newId('lin') }
  return changeCart(
    context,
    cartId,
    (cart) => {
      const added = addLineTo(cart, addition)
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
            `Cannot add ${quantity} of "${variantId}": a cart has at most 100 lines of at most 999 pieces, and its total is limited to that of one order`,
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
    found,
  )
}
