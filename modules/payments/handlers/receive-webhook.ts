import type { Handles } from '../needs.ts'
import { applyReport } from '../store/intents.ts'

/**
 * The answer does not reveal whether the intent exists. A report emits no event if it is outdated or repeated, or if
 * the payment still waits for the shopper.
 */
export const receiveWebhook: Handles<'receiveWebhook'> = async (
  { provider: name, rawBody, headers },
  context,
) => {
  const provider = context.services.providers.get(name)
  if (!provider)
    throw context.fail(
      'UNKNOWN_PROVIDER',
      `Cannot accept a message from the provider "${name}": it is not set up`,
    )
  const message = provider.verifyWebhook(rawBody, headers, context.now())
  if (message.kind === 'forged') {
    throw context.fail(
      'INVALID_SIGNATURE',
      'Cannot accept the message: its signature is missing, wrong or older than five minutes',
    )
  }
  if (message.kind === 'other') return context.unchanged({})
  const { key, charge } = message
  return context.commit(async ({ sql, emit }) => {
    const changed = await applyReport(sql, key, { ...charge, at: context.now() })
    if (changed && charge.status !== 'requires_action') {
      emit('intentSettled', { intentId: changed.id, orderId: changed.orderId })
    }
    return {}
  })
}
