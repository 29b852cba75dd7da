import type { Handles } from '../needs.ts'
import { deleteAddress } from '../store/addresses.ts'

export const removeAddress: Handles<'removeAddress'> = async ({ addressId }, context) => {
  const { customerId } = context.caller
  return context.commitStatement(async (sql) => {
    await deleteAddress(sql, customerId, addressId)
    return {}
  })
}
