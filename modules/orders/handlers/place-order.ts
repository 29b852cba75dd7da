import type { CheckoutSnapshot } from '#modules/cart/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { FailureData } from '#runtime/contract/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { describeShortage, nameShortage, type ShortLine } from '../rules/shortage.ts'
import { placeOrderWorkflow, RESERVATION_MS } from '../workflows/place-order.ts'

export const placeOrder: Handles<'placeOrder'> = async ({ cartId, payment }, context) => {
  const checkout = await context.calls.cart.getCheckout({ cartId })
  const reservedUntil = new Date(context.now().getTime() + RESERVATION_MS).toISOString()
  try {
    return await context.start(placeOrderWorkflow, { checkout, payment, reservedUntil })
  } catch (error) {
    const lines = shortageIn(error, checkout)
    if (!lines) throw error
    throw context.fail('OUT_OF_STOCK', `Cannot place the order: ${describeShortage(lines)}`, { lines })
  }
}

type Shortage = FailureData<typeof inventory.methods.reserveStock, 'OUT_OF_STOCK'>

/** What inventory lacked, with the names that the shopper knows. */
function shortageIn(error: unknown, { lines }: CheckoutSnapshot): ShortLine[] | undefined {
  if (!(error instanceof Failure)) return undefined
  if (error.code === 'OUT_OF_STOCK') return nameShortage((error.data as Shortage).lines, lines)
  if (error.code !== 'RESERVATION_GONE') return undefined
  const gone = lines.map(({ variantId, quantity }) => ({ variantId, requested: quantity, available: 0 }))
  return nameShortage(gone, lines)
}
