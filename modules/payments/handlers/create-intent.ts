import { formatMoney } from '#shared/money.ts'
import { NOTHING_TO_PAY } from '../contract.ts'
import type { Handles } from '../needs.ts'
import { insertIntent } from '../store/intents.ts'

export const createIntent: Handles<'createIntent'> = async (input, context) => {
  if (!context.services.providers.has(input.provider)) {
    const names = [...context.services.providers.keys()].filter((name) => name !== NOTHING_TO_PAY).join(', ')
    throw context.fail(
      'UNKNOWN_PROVIDER',
      `Cannot pay with the provider "${input.provider}": it is not set up${names === '' ? ', and no other provider is' : `. Use one of these: ${names}`}`,
    )
  }
  if (input.provider === NOTHING_TO_PAY && input.amount.amount !== 0) {
    throw context.fail(
      'UNKNOWN_PROVIDER',
      `Cannot pay ${formatMoney(input.amount)} with the provider "${NOTHING_TO_PAY}": it is for amounts of 0`,
    )
  }
  return context.commitStatement(async (sql) => {
    await insertIntent(sql, {
      id: input.intentId,
      orderId: input.orderId,
      provider: input.provider,
      token: input.token,
      amount: input.amount.amount,
      currency: input.amount.currency,
      capture: input.capture,
      returnUrl: input.returnUrl ?? null,
      at: context.now(),
    })
    return {}
  })
}
