import type { Handles } from '../needs.ts'
import { provenAddress } from '../proven-address.ts'
import { listPage } from './list-page.ts'

export const listMyOrders: Handles<'listMyOrders'> = async (input, context) => {
  // The runtime lets only customers in, and the system, which has no orders.
  if (context.caller.kind !== 'customer') return { items: [], nextCursor: null }
  const { customerId } = context.caller
  return listPage(context, input, { customerId, provenAddress: await provenAddress(context) })
}
