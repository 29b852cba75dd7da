import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createIntent } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['payments'], environment: { PANDO_PAYMENT_TIMEOUT_MS: '200' } })
})
afterAll(() => shop.stop())

async function charge(intentId: string) {
  const [row] =
    await shop.sql`select status, captured, refunded from payments.test_charge where key = ${intentId}`
  return row
}

describe('authorizeIntent()', () => {
  it('takes the money once when it is called repeatedly', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const first = await shop.calls.payments.authorizeIntent({ intentId })
    expect(first).toMatchObject({ status: 'succeeded', reference: expect.stringMatching(/^tch_/) })
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toEqual(first)
    expect(await charge(intentId)).toEqual({ status: 'succeeded', captured: 1999, refunded: 0 })
  })

  it('takes two statements: one reads the intent, and one inserts the charge of the test provider', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const statements = await shop.statementsDuring(() => shop.calls.payments.authorizeIntent({ intentId }))
    expect(statements).toHaveLength(2)
  })

  it('does not record the outcome', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    await shop.calls.payments.authorizeIntent({ intentId })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'created',
      captured: { amount: 0 },
    })
  })

  it('returns a decline with the reason, even on a repeat', async () => {
    const intentId = await createIntent(shop, 'tok_declined')
    for (let i = 0; i < 2; i++) {
      expect(await shop.calls.payments.authorizeIntent({ intentId })).toMatchObject({
        status: 'declined',
        reason: 'The card was declined',
      })
    }
  })

  it('retries when the provider fails once', async () => {
    const intentId = await createIntent(shop, 'tok_flaky')
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toMatchObject({ status: 'succeeded' })
    expect(await charge(intentId)).toMatchObject({ captured: 1999 })
  })

  it('returns `unknown` for an answer after the timeout of 200 ms, and `succeeded` on the next call', async () => {
    const intentId = await createIntent(shop, 'tok_timeout')
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toEqual({ status: 'unknown' })
    expect(await charge(intentId)).toMatchObject({ status: 'succeeded', captured: 1999 })
    expect(await shop.calls.payments.authorizeIntent({ intentId })).toMatchObject({ status: 'succeeded' })
    expect(await charge(intentId)).toMatchObject({ captured: 1999 })
  })

  it("returns the shopper's decision on the provider's page", async () => {
    for (const [decision, status] of [
      ['confirm', 'succeeded'],
      ['refuse', 'declined'],
    ] as const) {
      const intentId = await createIntent(shop, 'tok_requires_action')
      const outcome = await shop.calls.payments.authorizeIntent({ intentId })
      expect(outcome).toMatchObject({
        status: 'requires_action',
        actionUrl: `http://localhost:4000/payments/test/${intentId}`,
      })
      await shop.calls.payments.recordOutcome({ intentId, outcome })
      expect(await shop.calls.payments.authorizeIntent({ intentId })).toEqual(outcome)
      await shop.calls.payments.completeTestAction({ intentId, decision })
      expect(await shop.calls.payments.authorizeIntent({ intentId })).toMatchObject({ status })
    }
  })

  it('only authorises the money for manual capture, and captureIntent() takes it once', async () => {
    const intentId = await createIntent(shop, 'tok_ok', 'manual')
    const outcome = await shop.calls.payments.authorizeIntent({ intentId })
    expect(outcome).toMatchObject({ status: 'authorized' })
    await shop.calls.payments.recordOutcome({ intentId, outcome })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'authorized',
      captured: { amount: 0 },
    })
    for (let i = 0; i < 2; i++) {
      expect(await shop.calls.payments.captureIntent({ intentId })).toMatchObject({
        status: 'succeeded',
        captured: { amount: 1999 },
      })
    }
  })
})

describe('captureIntent()', () => {
  it('refuses a payment that is not authorised', async () => {
    const intentId = await createIntent(shop, 'tok_ok', 'manual')
    await expect(shop.calls.payments.captureIntent({ intentId })).rejects.toMatchObject({
      code: 'NOT_CAPTURABLE',
      status: 409,
    })
  })
})
