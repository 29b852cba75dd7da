import type { payments } from '#modules/payments/contract.ts'
import { Failure } from '#runtime/contract/failure.ts'
import type { Reacts } from '../needs.ts'
import { placeOrderWorkflow } from '../workflows/place-order.ts'

/**
 * Resumes a checkout that waits for its payment. A checkout that does not wait gets the result by itself, so repeated,
 * early and late events have no effect.
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
