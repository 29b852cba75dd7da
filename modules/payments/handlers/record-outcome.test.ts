import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { createIntent } from '../testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['payments'] })
})
afterAll(() => shop.stop())

describe('recordOutcome()', () => {
  it('records the outcome with the captured amount', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    await shop.calls.payments.recordOutcome({
      intentId,
      outcome: { status: 'succeeded', reference: 'tch_1' },
    })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'succeeded',
      captured: { amount: 1999 },
      refunded: { amount: 0 },
    })
  })

  it('takes one statement', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const statements = await shop.statementsDuring(() =>
      shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'succeeded' } }),
    )
    expect(statements).toHaveLength(1)
  })

  it('keeps the confirmation URL until the shopper has decided', async () => {
    const intentId = await createIntent(shop, 'tok_requires_action')
    const actionUrl = 'http://bank.test/confirm'
    await shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'requires_action', actionUrl } })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'requires_action',
      actionUrl,
    })
    await shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'succeeded' } })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'succeeded',
      actionUrl: null,
    })
  })

  it('keeps a final outcome when other outcomes follow', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    await shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'succeeded' } })
    for (const status of ['declined', 'unknown', 'requires_action', 'authorized', 'succeeded'] as const) {
      await shop.calls.payments.recordOutcome({ intentId, outcome: { status } })
      expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({ status: 'succeeded' })
    }
  })

  it('refuses to approve a closed payment', async () => {
    const intentId = await createIntent(shop, 'tok_declined')
    await shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'declined', reason: 'No money' } })
    await expect(
      shop.calls.payments.recordOutcome({ intentId, outcome: { status: 'succeeded' } }),
    ).rejects.toMatchObject({ code: 'INTENT_CLOSED', status: 409 })
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'declined',
      reason: 'No money',
    })
  })

  it('fails for an unknown payment', async () => {
    await expect(
      shop.calls.payments.recordOutcome({ intentId: newId('pay'), outcome: { status: 'succeeded' } }),
    ).rejects.toMatchObject({ code: 'INTENT_NOT_FOUND' })
  })
})
