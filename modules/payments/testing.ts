import { newId } from '#shared/ids.ts'
import type { TestShop } from '#tests/support/shop.ts'

/** Creates an intent of €19.99 with a token of the test provider, and returns its id. */
export async function createIntent(
  shop: TestShop,
  token: string,
  capture: 'automatic' | 'manual' = 'automatic',
): Promise<string> {
  const intentId = newId('pay')
  const amount = { amount: 1999, currency: 'EUR' }
  await shop.calls.payments.createIntent({
    intentId,
    orderId: newId('ord'),
    amount,
    provider: 'test',
    token,
    capture,
  })
  return intentId
}
