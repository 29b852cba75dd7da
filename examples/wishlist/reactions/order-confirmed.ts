import type { orders } from '#modules/orders/contract.ts'
import type { Reacts } from '../needs.ts'
import { removeVariants } from '../store.ts'

/** Removes what a customer has bought. Guests have no wishlist. */
export const removeBought: Reacts<typeof orders.events.orderConfirmed> = async ({ order }, context) => {
  const { customerId, lines } = order
  if (customerId === null) return context.unchanged({})
  const bought = lines.map(({ variantId }) => variantId)
  return context.commitStatement((sql) => removeVariants(sql, customerId, bought))
}
