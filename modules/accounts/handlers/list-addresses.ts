import type { Handles } from '../needs.ts'
import { customerOf } from '../rules/customer-of.ts'
import { listAddresses as list } from '../store/addresses.ts'

export const listAddresses: Handles<'listAddresses'> = async (_input, context) => {
  const { customerId } = customerOf(context.caller)
  return { items: await list(context.sql, customerId) }
}
