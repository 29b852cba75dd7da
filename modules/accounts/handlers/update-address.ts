import { addressRefusal, keptAddress } from '#shared/address-rules.ts'
import type { Handles } from '../needs.ts'
import { customerOf } from '../rules/customer-of.ts'
import { replaceAddress } from '../store/addresses.ts'

export const updateAddress: Handles<'updateAddress'> = async ({ addressId, ...address }, context) => {
  const { customerId } = customerOf(context.caller)
  const refusal = addressRefusal({ '': address })
  if (refusal) throw context.fail('ADDRESS_INVALID', refusal.message, refusal.data)
  return context.commitStatement(async (sql) => {
    const saved = await replaceAddress(sql, customerId, addressId, keptAddress(address))
    if (!saved) throw context.fail('ADDRESS_NOT_FOUND', `Cannot find the address "${addressId}" among yours`)
    return saved
  })
}
