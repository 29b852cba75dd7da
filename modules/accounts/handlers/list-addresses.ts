import type { Handles } from '../needs.ts'
import { listAddresses as list } from '../store/addresses.ts'

export const listAddresses: Handles<'listAddresses'> = async (_input, context) => {
  const { customerId } = context.caller
  return { items: await list(context.sql, customerId) }
}
