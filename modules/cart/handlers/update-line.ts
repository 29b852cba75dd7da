import { countOf } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { updateLineOf } from '../rules/update-line.ts'

export const updateLine: Handles<'updateLine'> = async ({ cartId, lineId, quantity }, context) =>
  changeCart(context, cartId, ({ cart }, { availability }) => {
    const updated = updateLineOf(cart, lineId, quantity, availability)
    if ('lines' in updated) return { ...cart, lines: updated.lines }
    switch (updated.refused) {
      case 'LINE_NOT_FOUND':
        throw context.fail(
          updated.refused,
          `Cannot change the line "${lineId}": the cart "${cartId}" has no such line`,
        )
      case 'CART_FULL':
        throw context.fail(
          updated.refused,
          `Cannot set the line "${lineId}" to ${quantity}: the cart's total would exceed the limit of one order`,
        )
      case 'OUT_OF_STOCK': {
        const { variantId, requested, available } = updated
        throw context.fail(
          updated.refused,
          `Cannot set "${variantId}" to ${requested}: ${countOf(available, 'piece is', 'pieces are')} left`,
          { variantId, requested, available },
        )
      }
    }
  })
