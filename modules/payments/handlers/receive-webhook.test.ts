import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { signatureHeader, signWebhook } from '../providers/test/webhook.ts'
import { createIntent } from '../testing.ts'

const hexKey = 'ab'.repeat(32)
let shop: TestShop
beforeAll(async () => {
  shop = await openShop({
    modules: ['payments'],
    http: true,
    environment: { PANDO_TEST_PROVIDER_KEY: hexKey },
  })
})
afterAll(() => shop.stop())

/** Sends a webhook like the provider, `ageMs` after it was signed. */
function send(message: unknown, { key = hexKey, ageMs = 0, provider = 'test' } = {}): Promise<Response> {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  const signedAt = new Date(shop.clock.now().getTime() - ageMs)
  return fetch(`${shop.origin}/api/v1/payments/webhooks/${provider}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [signatureHeader]: signWebhook(body, Buffer.from(key, 'hex'), signedAt),
    },
    body,
  })
}

function report(key: string, status: string) {
  return { key, reference: 'tch_1', status, actionUrl: null, reason: null }
}

describe('receiveWebhook()', () => {
  it('records a report of the provider', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const response = await send(report(intentId, 'succeeded'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({})
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'succeeded',
      captured: { amount: 1999 },
    })
  })

  it('ignores repeated and outdated messages', async () => {
    const intentId = await createIntent(shop, 'tok_requires_action')
    const messages = [
      'succeeded',
      'requires_action',
      'succeeded',
      'refunded',
      'succeeded',
      'refunded',
      'voided',
      'declined',
    ]
    for (const status of messages) expect((await send(report(intentId, status))).status).toBe(200)
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({
      status: 'refunded',
      refunded: { amount: 1999 },
    })
  })

  it('records equal messages once when they come at the same time', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const responses = await Promise.all(Array.from({ length: 10 }, () => send(report(intentId, 'succeeded'))))
    expect(responses.map((response) => response.status)).toEqual(Array(10).fill(200))
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({ captured: { amount: 1999 } })
  })

  it('answers 200 also for an unknown payment, so that the answer does not reveal which payments exist', async () => {
    const response = await send(report(newId('pay'), 'succeeded'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({})
  })

  it('refuses a wrong key, an old message and a missing signature, and changes nothing', async () => {
    const intentId = await createIntent(shop, 'tok_ok')
    const unsigned = fetch(`${shop.origin}/api/v1/payments/webhooks/test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report(intentId, 'succeeded')),
    })
    const responses = await Promise.all([
      send(report(intentId, 'succeeded'), { key: 'cd'.repeat(32) }),
      send(report(intentId, 'succeeded'), { ageMs: 301_000 }),
      unsigned,
    ])
    for (const response of responses) {
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'INVALID_SIGNATURE' })
    }
    expect(await shop.calls.payments.getIntent({ intentId })).toMatchObject({ status: 'created' })
  })

  it('accepts signed messages that it does not understand', async () => {
    for (const message of ['', 'not JSON', '{}', '[]', '{"key":"pay_1","status":"eaten"}']) {
      expect((await send(message)).status).toBe(200)
    }
  })

  it('refuses an unknown provider', async () => {
    const response = await send(report(newId('pay'), 'succeeded'), { provider: 'cheques' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'UNKNOWN_PROVIDER' })
  })
})

describe('auditPayments()', () => {
  it('lists every payment once, page by page', async () => {
    const expected = await shop.sql<{ id: string }[]>`select id from payments.intent order by id`
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const { intents } = await shop.calls.payments.auditPayments({ limit: 2, ...(after ? { after } : {}) })
      if (intents.length === 0) break
      seen.push(...intents.map((intent) => intent.id))
      after = seen.at(-1)
    }
    expect(seen).toEqual(expected.map((row) => row.id))
    expect(seen.length).toBeGreaterThan(3)
  })
})
