import type { Handles } from '../needs.ts'
import { verifiedAddress } from '../verified-address.ts'
import { listPage } from './list-page.ts'

export const listMyOrders: Handles<'listMyOrders'> = async (input, context) => {
  const { customerId } = context.caller
  return listPage(context, input, { customerId, verifiedAddress: await verifiedAddress(context) })
}
