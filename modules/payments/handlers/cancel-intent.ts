import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import type { Answer, Charge, Provider } from '../providers/provider.ts'
import { isOver } from '../rules/next-status.ts'
import { applyNews, type StoredIntent, toPublicIntent } from '../store/intents.ts'
import { findOrFail, providerOf } from './find-or-fail.ts'

/**
 * The provider decides what there is to give back, not our records: an answer may have been lost. It throws
 * UNAVAILABLE until the provider has answered, so that nobody takes money for returned that is not.
 */
export const cancelIntent: Handles<'cancelIntent'> = async ({ intentId, reason }, context) => {
  const intent = await findOrFail(context, intentId)
  if (isOver(intent.status)) return context.unchanged(toPublicIntent(intent))
  const charge = await giveBack(providerOf(context, intent), intent)
  return context.commitStatement(async (sql) => {
    const at = context.now()
    const changed = await applyNews(sql, intentId, { ...charge, reason: charge.reason ?? reason, at })
    return toPublicIntent(changed ?? (await findOrFail(context, intentId, sql)))
  })
}

async function giveBack(provider: Provider, intent: StoredIntent): Promise<Charge> {
  const name = { key: intent.id, reference: intent.reference }
  const cancelled = chargeIn(await provider.cancel(name), intent)
  if (cancelled.status !== 'succeeded') return cancelled
  return chargeIn(await provider.refund(name), intent)
}

function chargeIn(answer: Answer, intent: StoredIntent): Charge {
  if (answer.kind === 'charge' && isOver(answer.charge.status)) return answer.charge
  if (answer.kind === 'charge' && answer.charge.status === 'succeeded') return answer.charge
  const detail = answer.kind === 'no_answer' ? answer.detail : 'the provider neither cancelled nor kept it'
  throw runtimeFailure('UNAVAILABLE', `Cannot cancel the payment "${intent.id}" now: ${detail}. Try again`, {
    retryAfterSeconds: 5,
  })
}
