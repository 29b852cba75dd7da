import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { insertCharge } from '../store/test-charges.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['payments'] })
})
afterAll(() => shop.stop())

function intentInput(provider = 'test') {
  return {
    intentId: newId('pay'),
    orderId: newId('ord'),
    amount: { amount: 1999, currency: 'EUR' },
    provider,
    token: 'tok_ok',
    capture: 'automatic' as const,
  }
}

describe('createIntent()', () => {
  it('records the intent, without a request to the provider', async () => {
    const intent = intentInput()
    await shop.calls.payments.createIntent(intent)
    expect(await shop.calls.payments.getIntent({ intentId: intent.intentId })).toMatchObject({
      orderId: intent.orderId,
      status: 'created',
      amount: { amount: 1999, currency: 'EUR' },
      captured: { amount: 0, currency: 'EUR' },
    })
    expect(await shop.sql`select from payments.test_charge`).toHaveLength(0)
  })

  it('changes nothing when it is repeated', async () => {
    const intent = intentInput()
    await shop.calls.payments.createIntent(intent)
    await shop.calls.payments.createIntent({ ...intent, amount: { amount: 1, currency: 'EUR' } })
    expect(await shop.calls.payments.getIntent({ intentId: intent.intentId })).toMatchObject({
      amount: { amount: 1999 },
    })
  })

  it('refuses a provider that is not set up', async () => {
    await expect(shop.calls.payments.createIntent(intentInput('cheques'))).rejects.toMatchObject({
      code: 'UNKNOWN_PROVIDER',
      status: 422,
      message: 'Cannot pay with the provider "cheques": it is not set up. Use one of these: test',
    })
  })

  it('refuses the test provider when it is switched off', async () => {
    const production = await openShop({ modules: ['payments'], environment: { PANDO_TEST_PAYMENTS: 'off' } })
    try {
      await expect(production.calls.payments.createIntent(intentInput())).rejects.toMatchObject({
        code: 'UNKNOWN_PROVIDER',
        message: 'Cannot pay with the provider "test": it is not set up, and no other provider is',
      })
      // A charge from before the provider was switched off
      const intentId = newId('pay')
      const request = { reference: newId('ord'), token: 'tok_requires_action', amount: 1999, currency: 'EUR' }
      const state = {
        status: 'requires_action',
        captured: 0,
        refunded: 0,
        reason: null,
        actionUrl: null,
      } as const
      await insertCharge(production.sql, { key: intentId, ...request, capture: 'automatic', ...state })
      await expect(
        production.calls.payments.completeTestAction({ intentId, decision: 'confirm' }),
      ).rejects.toMatchObject({ code: 'INTENT_NOT_FOUND' })
    } finally {
      await production.stop()
    }
  })
})

describe('getIntent()', () => {
  it('fails for an unknown payment', async () => {
    await expect(shop.calls.payments.getIntent({ intentId: newId('pay') })).rejects.toMatchObject({
      code: 'INTENT_NOT_FOUND',
      status: 404,
    })
  })
})
