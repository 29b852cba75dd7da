import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { notFound } from './find-or-fail.ts'

/**
 * Sends the decision to the provider only, like a shopper on the bank's page. The shop learns it by webhook or polling.
 */
export const completeTestAction: Handles<'completeTestAction'> = async ({ intentId, decision }, context) => {
  const answer = await context.services.test?.decide(intentId, decision)
  if (answer?.kind === 'no_answer') {
    throw runtimeFailure(
      'UNAVAILABLE',
      `Cannot ${decision} the payment "${intentId}" now: ${answer.detail}. Try again`,
      {
        retryAfterSeconds: 1,
      },
    )
  }
  if (answer?.kind !== 'charge') return notFound(context, intentId)
  // Only the provider has changed its charge
  return context.unchanged({})
}
