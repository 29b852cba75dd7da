import type { Handles } from '../needs.ts'
import { findReadable } from './find-or-fail.ts'
import { showOrder } from './show-order.ts'

export const getOrder: Handles<'getOrder'> = async ({ orderId }, context) =>
  showOrder(await findReadable(context, orderId), context.caller)
