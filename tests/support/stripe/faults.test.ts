import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { type FaultRule, Faults } from './faults.ts'
import { errorOf, payBy } from './testing.ts'

let emulator: RunningStripeEmulator
let stripe: Stripe
let keys = 0

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
})
beforeEach(() => emulator.control('faults', []))
afterAll(() => emulator.stop())

function newKey(): string {
  keys++
  return `payment-${keys}`
}

async function paymentsSince(count: number): Promise<number> {
  return (await emulator.control('books', {})).length - count
}

describe('an idempotency key', () => {
  it('replays the first answer, also of a decline', async () => {
    const before = await paymentsSince(0)
    const idempotencyKey = newKey()
    const first = await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })
    const again = await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })
    expect(again).toEqual(first)
    expect((again as Stripe.Response<Stripe.PaymentIntent>).lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': (first as Stripe.Response<Stripe.PaymentIntent>).lastResponse.requestId,
    })
    expect(await paymentsSince(before)).toBe(1)
    const declinedKey = { idempotencyKey: newKey() }
    const declined = await errorOf(payBy(stripe, 'pm_card_chargeDeclined', {}, declinedKey))
    expect(await errorOf(payBy(stripe, 'pm_card_chargeDeclined', {}, declinedKey))).toMatchObject({
      charge: declined.charge,
    })
  })

  it('is refused with other parameters', async () => {
    const idempotencyKey = newKey()
    await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })
    const error = await errorOf(payBy(stripe, 'pm_card_visa', { amount: 1001 }, { idempotencyKey }))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
  })

  it('is in use while its first request runs', async () => {
    await emulator.control('faults', [{ kind: 'delay_request', times: 1, ms: 1000 }])
    const idempotencyKey = newKey()
    const results = await Promise.allSettled(
      [1, 2].map(() => payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })),
    )
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { statusCode: 409, code: 'idempotency_key_in_use' },
    })
  })

  it('is free again after a validation error, and after 24 hours', async () => {
    const idempotencyKey = newKey()
    await errorOf(payBy(stripe, 'pm_card_visa', { amount: 1 }, { idempotencyKey }))
    const first = await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })
    await emulator.control('clock', { advanceMs: 24 * 3600 * 1000 })
    expect((await payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })).id).not.toBe(first.id)
  })
})

describe('a fault', () => {
  it.each<[FaultRule['kind'], number, number]>([
    // kind, payments after the failed request, payments after a retry with the same key
    ['lose_request', 0, 1],
    ['lose_answer', 1, 1],
    ['unavailable', 0, 1],
    ['rate_limit', 0, 1],
    ['error_before', 0, 0],
    ['error_after', 1, 1],
  ])('%s leaves %i payments, and a retry with the same key %i', async (kind, afterFailure, afterRetry) => {
    const before = await paymentsSince(0)
    // The SDK repeats a request once when its connection ends, whatever maxNetworkRetries says
    const times = kind.startsWith('lose') ? 2 : 1
    await emulator.control('faults', [{ kind, on: 'POST /v1/payment_intents$', times }])
    const idempotencyKey = newKey()
    await errorOf(payBy(stripe, 'pm_card_visa', {}, { idempotencyKey }))
    expect(await paymentsSince(before)).toBe(afterFailure)
    const retry = payBy(stripe, 'pm_card_visa', {}, { idempotencyKey })
    if (kind.startsWith('error')) expect(await errorOf(retry)).toMatchObject({ statusCode: 500 })
    else expect((await retry).status).toBe('succeeded')
    expect(await paymentsSince(before)).toBe(afterRetry)
  })

  it('delay_answer executes the request at once, so that a timeout of the client loses only the answer', async () => {
    const before = await paymentsSince(0)
    await emulator.control('faults', [{ kind: 'delay_answer', times: 1, ms: 2000 }])
    const error = await errorOf(payBy(stripe, 'pm_card_visa', {}, { idempotencyKey: newKey(), timeout: 500 }))
    expect(error.type).toBe('StripeConnectionError')
    expect(await paymentsSince(before)).toBe(1)
  })

  it('by chance is the same for the same seed', () => {
    const outcomeOf = (seed: number) => {
      const faults = new Faults(seed)
      faults.set([{ kind: 'unavailable', chance: 0.5 }])
      return Array.from({ length: 20 }, () => (faults.next('GET /v1/refunds') ? 'x' : '.')).join('')
    }
    expect(outcomeOf(7)).toMatch(/x.*\./)
    expect(outcomeOf(7)).toBe(outcomeOf(7))
    expect(outcomeOf(8)).not.toBe(outcomeOf(7))
  })

  it('is in the log of requests', async () => {
    await emulator.control('faults', [{ kind: 'unavailable', on: 'GET /v1/refunds', times: 1 }])
    await errorOf(stripe.refunds.list({ limit: 3 }))
    expect((await emulator.control('requests', {})).at(-1)).toEqual({
      verb: 'GET',
      path: '/v1/refunds',
      params: { limit: '3' },
      idempotencyKey: null,
      status: 503,
      isReplayed: false,
      fault: 'unavailable',
    })
  })
})
