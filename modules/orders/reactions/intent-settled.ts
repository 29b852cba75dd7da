import type { payments } from '#modules/payments/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Reacts } from '../needs.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'

/**
 * The provider told how a payment ended: a checkout that waits for it asks and goes on. One that does not wait learns
 * it by itself, so a repeat, or an event that comes too early or too late, does nothing.
 */
export const resumeCheckout: Reacts<typeof payments.events.intentSettled> = async ({ orderId }, context) => {
  try {
    await context.resume(placeOrderWorkflow, orderId)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    context.log.info({ orderId, code: error.code }, 'checkout ended without an order')
  }
  return context.unchanged({})
}
