import type { Handles } from '../needs.ts'
import { updateAction } from '../store.ts'
import { findOrFail } from './find-or-fail.ts'
import { showToOwner } from './show-order.ts'

/** Changes nothing if the order is not pending any more. */
export const recordPaymentWait: Handles<'recordPaymentWait'> = async ({ orderId, actionUrl }, context) =>
  context.commitStatement(async (sql) =>
    showToOwner((await updateAction(sql, orderId, actionUrl)) ?? (await findOrFail(context, orderId, sql))),
  )
