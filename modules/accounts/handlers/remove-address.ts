import type { Handles } from '../needs.ts'
import { requireCustomer } from '../rules/require-customer.ts'
import { deleteAddress } from '../store/addresses.ts'

export const removeAddress: Handles<'removeAddress'> = async ({ addressId }, context) => {
  const { customerId } = requireCustomer(context.caller)
  return context.commitStatement(async (sql) => {
    await deleteAddress(sql, customerId, addressId)
    return {}
  })
}
