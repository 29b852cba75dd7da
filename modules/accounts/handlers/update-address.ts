import { addressFailure, normaliseAddress } from '#shared/address-rules.ts'
import type { Handles } from '../needs.ts'
import { replaceAddress } from '../store/addresses.ts'

export const updateAddress: Handles<'updateAddress'> = async ({ addressId, ...address }, context) => {
  const { customerId } = context.caller
  const failure = addressFailure({ '': address })
  if (failure) throw context.fail('ADDRESS_INVALID', failure.message, failure.data)
  return context.commitStatement(async (sql) => {
    const saved = await replaceAddress(sql, customerId, addressId, normaliseAddress(address))
    if (!saved)
      throw context.fail('ADDRESS_NOT_FOUND', `Cannot find the address "${addressId}" in your account`)
    return saved
  })
}
