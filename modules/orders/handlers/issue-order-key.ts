import type { Handles } from '../needs.ts'
import { orderKey, orderKeyEnd } from '../rules/order-key.ts'

export const issueOrderKey: Handles<'issueOrderKey'> = async ({ orderId }, context) => {
  const expiresAt = orderKeyEnd(context.now())
  return {
    key: orderKey(context.services.orderKeySecret, orderId, expiresAt),
    expiresAt: expiresAt.toISOString(),
  }
}
