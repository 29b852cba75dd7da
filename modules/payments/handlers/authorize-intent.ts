import type { Handles } from '../needs.ts'
import { outcomeOf, storedOutcome } from '../rules/outcome.ts'
import { findOrFail, providerOf } from './find-or-fail.ts'

/**
 * A repeat is safe and returns the current state: for a known key the provider answers with the existing charge. If the
 * stored status already is a result, for example from a webhook, no request is sent.
 */
export const authorizeIntent: Handles<'authorizeIntent'> = async ({ intentId }, context) => {
  const intent = await findOrFail(context, intentId)
  const stored = storedOutcome(intent.status, intent.reason)
  if (stored) return context.unchanged(stored)
  const provider = providerOf(context, intent)
  const answer =
    intent.reference === null
      ? await provider.authorize({
          key: intent.id,
          amount: intent.amount,
          token: intent.token,
          capture: intent.capture,
          orderId: intent.orderId,
          returnUrl: intent.returnUrl,
        })
      : await provider.retrieve({ key: intent.id, reference: intent.reference })
  if (answer.kind === 'no_answer') {
    context.log.warn(
      { intentId, provider: intent.provider, detail: answer.detail },
      'payment provider did not answer',
    )
  }
  // Nothing is stored here: `recordOutcome` stores the outcome
  return context.unchanged(outcomeOf(answer))
}
