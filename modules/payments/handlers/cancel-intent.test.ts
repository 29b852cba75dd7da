import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { type RunningTestProvider, startTestProvider } from '#tests/support/test-provider.ts'
import { createIntent } from '../testing.ts'

let provider: RunningTestProvider
let shop: TestShop
beforeAll(async () => {
  provider = await startTestProvider({ lateMs: 5000 })
  shop = await openShop({
    modules: ['payments'],
    environment: { PANDO_PAYMENT_TIMEOUT_MS: '400', ...provider.settings },
  })
})
afterAll(async () => {
  await shop.stop()
  await provider.stop()
})

async function chargeOf(intentId: string) {
  return (await provider.charges()).find((charge) => charge.key === intentId)
}

function cancel(intentId: string) {
  return shop.calls.payments.cancelIntent({ intentId, reason: 'The order was cancelled' })
}

describe('cancelIntent()', () => {
  it('refunds a captured payment once', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const outcome = await shop.calls.payments.authorizeIntent({ intentId })
    await shop.calls.payments.recordOutcome({ intentId, outcome })
    const refunded = {
      status: 'refunded',
      captured: { amount: 1999 },
      refunded: { amount: 1999 },
      reason: 'The order was cancelled',
    }
    expect(await cancel(intentId)).toMatchObject(refunded)
    expect(await cancel(intentId)).toMatchObject(refunded)
    expect(await chargeOf(intentId)).toMatchObject({ status: 'refunded', captured: 1999, refunded: 1999 })
  })

  it('voids an authorised payment', async () => {
    const intentId = await createIntent(shop, 'tok_ok', 'manual')
    await shop.calls.payments.authorizeIntent({ intentId })
    expect(await cancel(intentId)).toMatchObject({ status: 'voided', captured: { amount: 0 } })
    expect(await chargeOf(intentId)).toMatchObject({ status: 'voided', captured: 0 })
  })

  it('refunds a payment whose answer was lost', async () => {
    const intentId = await createIntent(shop, 'tok_timeout')
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toEqual({ status: 'unknown' })
    expect(await cancel(intentId)).toMatchObject({ status: 'refunded', captured: { amount: 1999 } })
    expect(await chargeOf(intentId)).toMatchObject({ status: 'refunded', refunded: 1999 })
  })

  it('prevents a delayed request from taking money', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    expect(await cancel(intentId)).toMatchObject({ status: 'voided' })
    // A delayed request arrives after the cancellation
    const response = await fetch(`${provider.url}/charges/${intentId}/authorize`, {
      method: 'POST',
      body: JSON.stringify({
        amount: 1999,
        currency: 'EUR',
        token: 'tok_ok',
        capture: 'automatic',
        actionUrl: '',
      }),
    })
    expect(await response.json()).toMatchObject({ status: 'voided' })
    expect(await chargeOf(intentId)).toMatchObject({ captured: 0 })
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toMatchObject({ status: 'declined' })
  })

  it('does not change a declined payment', async () => {
    const intentId = await createIntent(shop, 'tok_declined')
    await shop.calls.payments.authorizeIntent({ intentId })
    expect(await cancel(intentId)).toMatchObject({ status: 'declined', reason: 'The card was declined' })
  })

  it('fails with UNAVAILABLE when the provider does not answer, and succeeds later', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    await shop.calls.payments.authorizeIntent({ intentId })
    // The request and its retry
    await provider.set({ refuseRequests: 2 })
    await expect(cancel(intentId)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
      retryAfterSeconds: expect.any(Number),
    })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({ status: 'created' })
    expect(await cancel(intentId)).toMatchObject({ status: 'refunded' })
  })

  it('refunds once when the answers are lost', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    await shop.calls.payments.authorizeIntent({ intentId })
    // Two answers of the first cancellation, because it retries, and one of the second
    await provider.set({ cutAnswers: 3 })
    await expect(cancel(intentId)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await cancel(intentId)).toMatchObject({ status: 'refunded' })
    expect(await chargeOf(intentId)).toMatchObject({ captured: 1999, refunded: 1999 })
  })

  it('fails for an unknown payment', async () => {
    await expect(cancel(newId('pay'))).rejects.toMatchObject({ code: 'INTENT_NOT_FOUND' })
  })
})
