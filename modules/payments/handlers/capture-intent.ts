import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { Handles } from '../needs.ts'
import { applyReport, toPublicIntent } from '../store/intents.ts'
import { findOrFail, providerOf } from './find-or-fail.ts'

export const captureIntent: Handles<'captureIntent'> = async ({ intentId }, context) => {
  const intent = await findOrFail(context, intentId)
  if (intent.status === 'succeeded') return context.unchanged(toPublicIntent(intent))
  if (intent.status !== 'authorized') {
    throw context.fail(
      'NOT_CAPTURABLE',
      `Cannot capture the payment "${intentId}": it is ${intent.status}, not authorized`,
    )
  }
  const answer = await providerOf(context, intent).capture({ key: intent.id, reference: intent.reference })
  if (answer.kind === 'no_answer') {
    throw runtimeFailure(
      'UNAVAILABLE',
      `Cannot capture the payment "${intentId}" now: ${answer.detail}. Try again`,
      {
        retryAfterSeconds: 5,
      },
    )
  }
  if (answer.kind === 'no_charge' || answer.charge.status !== 'succeeded') {
    const problem =
      answer.kind === 'no_charge'
        ? 'the provider does not know it'
        : `it is ${answer.charge.status} at the provider`
    throw context.fail('NOT_CAPTURABLE', `Cannot capture the payment "${intentId}": ${problem}`)
  }
  const { charge } = answer
  return context.commitStatement(async (sql) => {
    const changed = await applyReport(sql, intentId, { ...charge, at: context.now() })
    return toPublicIntent(changed ?? (await findOrFail(context, intentId, sql)))
  })
}
