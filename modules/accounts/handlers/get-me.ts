import type { Handles } from '../needs.ts'
import { accountGone } from '../rules/account-gone.ts'
import { customerOf } from '../rules/customer-of.ts'
import { findAccount } from '../store/customers.ts'

export const getMe: Handles<'getMe'> = async (_input, context) => {
  const { customerId } = customerOf(context.caller)
  const account = await findAccount(context.sql, customerId)
  if (!account) throw accountGone(customerId)
  return account
}
