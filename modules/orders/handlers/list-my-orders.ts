import { confirmedEmail } from '../confirmed-email.ts'
import type { Handles } from '../needs.ts'
import { listPage } from './list-page.ts'

export const listMyOrders: Handles<'listMyOrders'> = async (input, context) => {
  const { customerId } = context.caller
  return listPage(context, input, { customerId, confirmedEmail: await confirmedEmail(context) })
}
