import type { Handles } from '../needs.ts'
import { accountNotFound } from '../rules/account-not-found.ts'
import { requireCustomer } from '../rules/require-customer.ts'
import { findAccount } from '../store/customers.ts'

export const getMe: Handles<'getMe'> = async (_input, context) => {
  const { customerId } = requireCustomer(context.caller)
  const account = await findAccount(context.sql, customerId)
  if (!account) throw accountNotFound(customerId)
  return account
}
