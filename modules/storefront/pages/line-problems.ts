import type { Cart } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { ShopContext } from '../needs.ts'
import { stockMessages, unsoldMessages } from '../rules/stock-messages.ts'

const STOCK_UNKNOWN =
  'We cannot check stock right now. You can still add items to your cart, and order as soon as we can check it again.'
const PRICES_UNKNOWN =
  'We cannot check prices right now, so you see the last known prices. You can order as soon as we can check them again.'

/** Messages for the lines that an order would refuse, by the line's id, and notes about what cannot be checked now. */
export async function lineProblems(
  cart: Pick<Cart, 'lines'> | null,
  { calls }: ShopContext,
): Promise<{ lineMessages: Record<string, string>; notes: string[] }> {
  if (cart === null || cart.lines.length === 0) return { lineMessages: {}, notes: [] }
  const variantIds = cart.lines.map((line) => line.variantId)
  const [stock, sold] = await Promise.all([
    orElse(calls.inventory.getAvailability({ variantIds }), undefined),
    orElse(calls.catalog.getVariants({ variantIds }), undefined),
  ])
  return {
    lineMessages: {
      ...stockMessages(cart.lines, stock?.items ?? []),
      ...unsoldMessages(cart.lines, sold?.variants),
    },
    notes: [...(stock ? [] : [STOCK_UNKNOWN]), ...(sold ? [] : [PRICES_UNKNOWN])],
  }
}
