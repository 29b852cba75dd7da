import type { payments } from '#modules/payments/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Reacts } from '../needs.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'

/**
 * Resumes a checkout that waits for its payment. Repeated, early and late events have no effect: a checkout that does
 * not wait asks the provider itself, or has ended.
 */
export const resumeCheckout: Reacts<typeof payments.events.intentSettled> = async ({ orderId }, context) => {
  try {
    await context.resume(placeOrderWorkflow, orderId)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    context.log.info({ orderId, code: error.code }, 'checkout ended without an order')
  }
  // The workflow has committed the changes
  return context.unchanged({})
}
