import { orElse } from '#runtime/contract/or-else.ts'
import { countOf } from '#shared/text.ts'
import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'
import { stockOf } from '../rules/enough-stock.ts'
import { repriceLines } from '../rules/reprice-lines.ts'
import { updateLineOf } from '../rules/update-line.ts'
import { readCart } from '../store.ts'
import { requireOpen } from '../usable-cart.ts'

export const updateLine: Handles<'updateLine'> = async ({ cartId, lineId, quantity }, context) => {
  const { catalog, inventory } = context.calls
  const found = requireOpen(context, cartId, await readCart(context.sql, cartId))
  const line = found.lines.find((candidate) => candidate.id === lineId)
  if (!line)
    throw context.fail(
      'LINE_NOT_FOUND',
      `Cannot change the line "${lineId}": the cart "${cartId}" has no such line`,
    )
  const { variantId } = line
  const [{ variants }, { items }] = await Promise.all([
    catalog.getVariants({ variantIds: found.lines.map((each) => each.variantId) }),
    orElse(inventory.getAvailability({ variantIds: [variantId] }), { items: [] }),
  ])
  return changeCart(
    context,
    cartId,
    (cart) => {
      const { lines } = repriceLines(cart.lines, variants, cart.currency)
      const updated = updateLineOf({ lines }, lineId, quantity, stockOf(variantId, items))
      if ('lines' in updated) return { ...cart, lines: updated.lines }
      switch (updated.refused) {
        case 'LINE_NOT_FOUND':
          throw context.fail(
            updated.refused,
            `Cannot change the line "${lineId}": another request has just removed it`,
          )
        case 'CART_FULL':
          throw context.fail(
            updated.refused,
            `Cannot set "${variantId}" to ${quantity}: the cart's total would exceed the limit of one order`,
          )
        case 'OUT_OF_STOCK': {
          const { requested, available } = updated
          throw context.fail(
            updated.refused,
            `Cannot set "${variantId}" to ${requested}: ${countOf(available, 'piece is', 'pieces are')} left`,
            {
              variantId,
              requested,
              available,
            },
          )
        }
      }
    },
    found,
  )
}
