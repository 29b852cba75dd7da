import type { Handles } from '../needs.ts'
import { applyNews } from '../store/intents.ts'

/**
 * The answer tells nothing of the intent, not even that there is one. News that changes nothing, because it is old or
 * a repeat, wakes nobody.
 */
export const receiveWebhook: Handles<'receiveWebhook'> = async (
  { provider: name, rawBody, headers },
  context,
) => {
  const provider = context.services.providers.get(name)
  if (!provider)
    throw context.fail(
      'UNKNOWN_PROVIDER',
      `Cannot take a message of the provider "${name}": it is not set up here`,
    )
  const message = provider.verifyWebhook(rawBody, headers, context.now())
  if (message.kind === 'forged') {
    throw context.fail(
      'INVALID_SIGNATURE',
      'Cannot take the message: its signature is wrong or older than five minutes',
    )
  }
  if (message.kind === 'other') return context.unchanged({})
  const { key, charge } = message
  return context.commit(async ({ sql, emit }) => {
    const changed = await applyNews(sql, key, { ...charge, at: context.now() })
    if (changed && charge.status !== 'requires_action') {
      emit('intentSettled', { intentId: changed.id, orderId: changed.orderId })
    }
    return {}
  })
}
