import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { mayReadAll } from '../rules/access.ts'
import { changeStatus } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showOrder, showToOwner } from './show-order.ts'

export const fulfilOrder: Handles<'fulfilOrder'> = async ({ orderId }, context) => {
  // The answer contains the buyer's name and address
  if (!mayReadAll(context.caller))
    throw runtimeFailure(
      'FORBIDDEN',
      `Cannot fulfil order "${orderId}": the permission "orders.read" is missing, which the answer needs`,
    )
  return context.commit(async ({ sql, emit }) => {
    const fulfilled = await changeStatus(sql, orderId, { to: 'fulfilled', at: context.now() })
    if (fulfilled) {
      emit('orderFulfilled', { orderId, order: showToOwner(fulfilled) })
      return showOrder(fulfilled, context.caller)
    }
    const unchanged = await findOrFail(context, orderId, sql)
    if (unchanged.status !== 'fulfilled') {
      throw context.fail(
        'ORDER_NOT_CONFIRMED',
        `Cannot fulfil order "${orderId}": it is ${unchanged.status}, not confirmed`,
        { status: unchanged.status },
      )
    }
    return showOrder(unchanged, context.caller)
  })
}
