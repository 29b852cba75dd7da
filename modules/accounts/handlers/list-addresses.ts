import type { Handles } from '../needs.ts'
import { requireCustomer } from '../rules/require-customer.ts'
import { listAddresses as list } from '../store/addresses.ts'

export const listAddresses: Handles<'listAddresses'> = async (_input, context) => {
  const { customerId } = requireCustomer(context.caller)
  return { items: await list(context.sql, customerId) }
}
