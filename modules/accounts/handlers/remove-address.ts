import type { Handles } from '../needs.ts'
import { customerOf } from '../rules/customer-of.ts'
import { deleteAddress } from '../store/addresses.ts'

export const removeAddress: Handles<'removeAddress'> = async ({ addressId }, context) => {
  const { customerId } = customerOf(context.caller)
  return context.commitStatement(async (sql) => {
    await deleteAddress(sql, customerId, addressId)
    return {}
  })
}
