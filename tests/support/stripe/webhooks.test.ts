import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { payBy } from './testing.ts'

const secret = 'whsec_test_first'
let emulator: RunningStripeEmulator
let stripe: Stripe
let shop: Server
let url: string
/** What the shop's endpoint received. */
let received: { body: string; signature: string }[] = []
/** The statuses that the endpoint answers next; then 200. */
let answers: number[] = []

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
  shop = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ body, signature: String(request.headers['stripe-signature']) })
    response.writeHead(answers.shift() ?? 200).end()
  })
  await once(shop.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/webhooks`
})
beforeEach(async () => {
  await emulator.control('settled', {})
  received = []
  answers = []
  await emulator.control('endpoints', [{ url, secrets: [secret] }])
  await emulator.control('webhooks', {
    mode: 'after',
    copies: 1,
    drop: 0,
    maxDelayMs: 0,
    secret: 'right',
    ageSeconds: 0,
    retryMs: 1,
  })
})
afterAll(async () => {
  await emulator.stop()
  shop.close()
})

/** The types of the events that arrived, after all were sent. */
async function arrived(): Promise<string[]> {
  await emulator.control('settled', {})
  return received.map(({ body }) => (JSON.parse(body) as Stripe.Event).type)
}

/** Reads an event as a shop does. Throws when the signature is not right. */
function verified({ body, signature }: { body: string; signature: string }, by = secret): Stripe.Event {
  return stripe.webhooks.constructEvent(body, signature, by)
}

describe('webhooks', () => {
  it('are signed, and carry the object of the moment with the request that caused them', async () => {
    const intent = await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey: 'webhook-1' })
    expect((await arrived()).sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'payment_intent.created',
      'payment_intent.succeeded',
    ])
    const events = received.map((each) => verified(each))
    const created = events.find(({ type }) => type === 'payment_intent.created')
    expect(created).toMatchObject({
      api_version: '2026-10-28.endive',
      livemode: false,
      data: { object: { id: intent.id, status: 'requires_confirmation' } },
      request: { idempotency_key: 'webhook-1' },
    })
    expect(await stripe.events.retrieve(created!.id)).toMatchObject({ id: created!.id, pending_webhooks: 0 })
  })

  it('have a signature for each of two secrets during a rotation', async () => {
    await emulator.control('endpoints', [{ url, secrets: [secret, 'whsec_test_second'] }])
    await stripe.customers.create()
    await arrived()
    const event = verified(received[0]!)
    expect(verified(received[0]!, 'whsec_test_second')).toEqual(event)
    expect(() => verified(received[0]!, 'whsec_test_third')).toThrow('No signatures found')
  })

  it('are retried until a 2xx, and each attempt is recorded', async () => {
    answers = [500, 302]
    await stripe.customers.create()
    expect(await arrived()).toEqual(Array(3).fill('customer.created'))
    const attempts = await emulator.control('settled', {})
    expect(attempts.slice(-3).map(({ status }) => status)).toEqual([500, 302, 200])
  })

  it('can be signed with a wrong secret or an old time', async () => {
    await emulator.control('webhooks', { secret: 'wrong' })
    await stripe.customers.create()
    await arrived()
    expect(() => verified(received[0]!)).toThrow('No signatures found')
    await emulator.control('webhooks', { secret: 'right', ageSeconds: 301 })
    await stripe.customers.create()
    await arrived()
    expect(() => verified(received.at(-1)!)).toThrow('Timestamp outside the tolerance zone')
  })

  it('can be held, reordered, duplicated, and sent again', async () => {
    await emulator.control('webhooks', { mode: 'held' })
    await payBy(stripe, 'pm_card_visa')
    expect(await arrived()).toEqual([])
    await emulator.control('webhooks', { mode: 'after', copies: 3 })
    expect(await emulator.control('release', { order: 'reversed' })).toEqual({ released: 4 })
    expect(received).toHaveLength(12)
    expect(new Set(received.map((each) => verified(each).id)).size).toBe(4)
    await emulator.control('webhooks', { copies: 1 })
    expect(await emulator.control('resend', { event: verified(received[0]!).id })).toEqual({ sent: 1 })
    expect(received).toHaveLength(13)
  })

  it('can be dropped; the list of events still has them', async () => {
    await emulator.control('webhooks', { drop: 1 })
    const customer = await stripe.customers.create()
    expect(await arrived()).toEqual([])
    const [event] = (await stripe.events.list({ limit: 1, delivery_success: false })).data
    expect(event?.data.object).toMatchObject({ id: customer.id })
  })

  it('can arrive before the answer of their request', async () => {
    await emulator.control('webhooks', { mode: 'before' })
    await payBy(stripe, 'pm_card_visa')
    expect(received).toHaveLength(4)
  })

  it('go to the endpoints of their mode, with the types that these want', async () => {
    await emulator.control('endpoints', [
      { url, secrets: [secret], livemode: true, events: ['payment_intent.succeeded'] },
    ])
    await payBy(stripe, 'pm_card_visa')
    await payBy(emulator.client('sk_live_emulator0001'), (await liveCard()).id)
    expect(await arrived()).toEqual(['payment_intent.succeeded'])
    expect(verified(received[0]!).livemode).toBe(true)
  })
})

describe('events', () => {
  it.each<[string, string[], () => Promise<unknown>]>([
    [
      'a decline',
      ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'],
      () => payBy(stripe, 'pm_card_chargeDeclined').catch(() => {}),
    ],
    [
      'a hold',
      ['payment_intent.created', 'charge.succeeded', 'payment_intent.amount_capturable_updated'],
      () => payBy(stripe, 'pm_card_visa', { capture_method: 'manual' }),
    ],
    [
      '3-D Secure',
      ['payment_intent.created', 'payment_intent.requires_action'],
      () => payBy(stripe, 'pm_card_threeDSecure2Required'),
    ],
    [
      'a bank account',
      ['payment_intent.created', 'charge.pending', 'payment_intent.processing'],
      () => payBy(stripe, 'pm_usBankAccount_success', { currency: 'usd' }),
    ],
    [
      'a cancellation of a hold',
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'refund.created',
        'charge.refunded',
        'payment_intent.canceled',
      ],
      async () =>
        stripe.paymentIntents.cancel((await payBy(stripe, 'pm_card_visa', { capture_method: 'manual' })).id),
    ],
    [
      'a partial capture',
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'refund.created',
        'charge.refunded',
        'charge.captured',
        'payment_intent.succeeded',
      ],
      async () =>
        stripe.paymentIntents.capture(
          (await payBy(stripe, 'pm_card_visa', { capture_method: 'manual' })).id,
          { amount_to_capture: 1 },
        ),
    ],
    [
      'a refund that fails',
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'charge.updated',
        'refund.created',
        'charge.refunded',
        'refund.failed',
        'refund.updated',
        'charge.refund.updated',
      ],
      async () => {
        const { id } = await stripe.refunds.create({
          payment_intent: (await payBy(stripe, 'pm_card_visa')).id,
        })
        await emulator.control('refund', { id, outcome: 'failed' })
      },
    ],
    [
      'a dispute',
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'charge.updated',
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
      ],
      () => payBy(stripe, 'pm_card_createDispute'),
    ],
    [
      'a setup',
      ['setup_intent.created', 'setup_intent.succeeded'],
      () => stripe.setupIntents.create({ confirm: true, payment_method: 'pm_card_visa', return_url: url }),
    ],
  ])('of %s: %j', async (_, types, act) => {
    const [last] = (await stripe.events.list({ limit: 1 })).data
    await act()
    const { data } = await stripe.events.list({ limit: 20, ...(last ? { ending_before: last.id } : {}) })
    expect(data.map(({ type }) => type).reverse()).toEqual(types)
  })
})

/** Magic ids work in test mode only. In live mode, Stripe's script makes the payment methods. */
async function liveCard(): Promise<{ id: string }> {
  const response = await fetch(`${emulator.origin}/v1/payment_methods`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_live_emulator0001', 'stripe-version': '2026-10-28.endive' },
    body: new URLSearchParams({ type: 'card', 'card[number]': '4242 4242 4242 4242' }),
  })
  return (await response.json()) as { id: string }
}
