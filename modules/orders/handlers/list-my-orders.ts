import type { Handles } from '../needs.ts'
import { verifiedEmail } from '../verified-email.ts'
import { listPage } from './list-page.ts'

export const listMyOrders: Handles<'listMyOrders'> = async (input, context) => {
  const { customerId } = context.caller
  return listPage(context, input, { customerId, verifiedEmail: await verifiedEmail(context) })
}
