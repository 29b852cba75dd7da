import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import type { Answer, Charge, Provider } from '../providers/provider.ts'
import { isClosed } from '../rules/next-status.ts'
import { applyReport, type StoredIntent, toPublicIntent } from '../store/intents.ts'
import { findOrFail, providerOf } from './find-or-fail.ts'

/**
 * Cancels or refunds according to the provider's records, because an answer may have been lost and the stored intent
 * may be outdated. Fails with UNAVAILABLE until the provider has answered, so that no payment is recorded as refunded
 * while the provider keeps the money.
 */
export const cancelIntent: Handles<'cancelIntent'> = async ({ intentId, reason }, context) => {
  const intent = await findOrFail(context, intentId)
  if (isClosed(intent.status)) return context.unchanged(toPublicIntent(intent))
  const charge = await cancelOrRefund(providerOf(context, intent), intent)
  return context.commitStatement(async (sql) => {
    const at = context.now()
    const changed = await applyReport(sql, intentId, { ...charge, reason: charge.reason ?? reason, at })
    return toPublicIntent(changed ?? (await findOrFail(context, intentId, sql)))
  })
}

async function cancelOrRefund(provider: Provider, intent: StoredIntent): Promise<Charge> {
  const id = { key: intent.id, reference: intent.reference }
  const cancelled = chargeOrFail(await provider.cancel(id), intent)
  if (cancelled.status !== 'succeeded') return cancelled
  return chargeOrFail(await provider.refund(id), intent)
}

/** Returns a charge that is closed or captured. Throws UNAVAILABLE for any other answer. */
function chargeOrFail(answer: Answer, intent: StoredIntent): Charge {
  if (answer.kind === 'charge' && (isClosed(answer.charge.status) || answer.charge.status === 'succeeded'))
    return answer.charge
  const detail =
    answer.kind === 'no_answer' ? answer.detail : 'the provider neither cancelled nor captured it'
  throw runtimeFailure('UNAVAILABLE', `Cannot cancel the payment "${intent.id}" now: ${detail}. Try again`, {
    retryAfterSeconds: 5,
  })
}
