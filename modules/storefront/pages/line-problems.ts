import type { Cart } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { ShopContext } from '../needs.ts'
import { stockMessages, unsoldMessages } from '../rules/stock-messages.ts'

const STOCK_UNKNOWN =
  'We cannot check stock right now. You can fill your cart and order as soon as the check works again.'
const PRICES_UNKNOWN =
  'We cannot check prices right now. You see the latest prices we know, and can order as soon as the check works again.'

/** What an order would refuse of a cart's lines, by the line's id, and what cannot be known now. */
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
