import { addressFailure, normaliseAddress } from '#shared/address-rules.ts'
import { newId } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { MAX_ADDRESSES } from '../rules/limits.ts'
import { insertAddress } from '../store/addresses.ts'

export const addAddress: Handles<'addAddress'> = async (input, context) => {
  const { customerId } = context.caller
  const failure = addressFailure({ '': input })
  if (failure) throw context.fail('ADDRESS_INVALID', failure.message, failure.data)
  return context.commitStatement(async (sql) => {
    const id = newId('adr', context.now().getTime())
    const saved = await insertAddress(sql, customerId, id, normaliseAddress(input))
    if (!saved) {
      throw context.fail(
        'ADDRESS_LIMIT',
        `Cannot save the address: the account has ${MAX_ADDRESSES} addresses already. Remove one first`,
      )
    }
    return saved
  })
}
