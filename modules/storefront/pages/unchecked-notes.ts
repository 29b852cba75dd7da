import type { Cart } from '#modules/cart/contract.ts'
import { orElse } from '#runtime/contract/or-else.ts'
import type { ShopContext } from '../needs.ts'

const STOCK_UNKNOWN =
  'We cannot check stock right now. You can still add items to your cart, and order as soon as we can check it again.'
const PRICES_UNKNOWN =
  'We cannot check prices right now, so you see the last known prices. You can order as soon as we can check them again.'

/** Notes for the shopper if stock or prices cannot be checked now: the cart then reports no problems of its lines. */
export async function uncheckedNotes(
  { lines }: Pick<Cart, 'lines'>,
  { calls }: ShopContext,
): Promise<string[]> {
  if (lines.length === 0) return []
  const variantIds = lines.map((line) => line.variantId)
  const [stock, sold] = await Promise.all([
    orElse(calls.inventory.getAvailability({ variantIds }), undefined),
    orElse(calls.catalog.getVariants({ variantIds }), undefined),
  ])
  return [...(stock ? [] : [STOCK_UNKNOWN]), ...(sold ? [] : [PRICES_UNKNOWN])]
}
