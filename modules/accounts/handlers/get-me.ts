import type { Handles } from '../needs.ts'
import { accountNotFound } from '../rules/account-not-found.ts'
import { findAccount } from '../store/customers.ts'

export const getMe: Handles<'getMe'> = async (_input, context) => {
  const { customerId } = context.caller
  const account = await findAccount(context.sql, customerId)
  if (!account) throw accountNotFound(customerId)
  return account
}
