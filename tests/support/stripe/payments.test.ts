import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { decide, errorOf, payBy, returnUrl } from './testing.ts'

let emulator: RunningStripeEmulator
let stripe: Stripe

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
})
afterAll(() => emulator.stop())

const pay = (method: string, more?: Partial<Stripe.PaymentIntentCreateParams>) => payBy(stripe, method, more)

describe('payment intents', () => {
  it('wait for a payment method, take changes, and are paid by a confirmation', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'eur',
      metadata: { order: 'A-1', gone: 'x' },
    })
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
      capture_method: 'automatic_async',
    })
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`))
    const changed = await stripe.paymentIntents.update(intent.id, { amount: 1200, metadata: { gone: '' } })
    expect(changed).toMatchObject({ amount: 1200, metadata: { order: 'A-1' } })
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: returnUrl,
    })
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1200 })
  })

  it('need a return_url when they accept methods that redirect', async () => {
    const request = { amount: 1000, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' }
    const error = await errorOf(stripe.paymentIntents.create(request))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(error.message).toContain('you must provide a `return_url`')
    const without = { enabled: true, allow_redirects: 'never' as const }
    const paid = await stripe.paymentIntents.create({ ...request, automatic_payment_methods: without })
    expect(paid.status).toBe('succeeded')
  })

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
  ])('are declined for %s, and can then be paid with another card', async (method, code, decline_code) => {
    const error = await errorOf(pay(method))
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code, decline_code })
    const intent = error.payment_intent!
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code, charge: error.charge },
    })
    expect(await stripe.charges.retrieve(error.charge!)).toMatchObject({ status: 'failed', paid: false })
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: returnUrl,
    })
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null })
  })

  it('offer the allowed methods that fit the currency', async () => {
    const allowed_payment_method_types = ['card' as const, 'us_bank_account' as const]
    const inDollars = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      allowed_payment_method_types,
    })
    expect(inDollars.payment_method_types).toEqual(['card', 'us_bank_account'])
    const inEuros = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'eur',
      allowed_payment_method_types,
    })
    expect(inEuros).toMatchObject({ payment_method_types: ['card'], automatic_payment_methods: null })
  })

  it('redirect to a page of the bank, which approves', async () => {
    const intent = await pay('pm_card_threeDSecure2Required')
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl } },
    })
    expect(await decide(intent, 'complete')).toMatch(
      new RegExp(`^${returnUrl}\\?payment_intent=${intent.id}&.*redirect_status=succeeded$`),
    )
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' })
  })

  it('need another payment method when the shopper fails at the bank', async () => {
    const intent = await pay('pm_card_authenticationRequired')
    expect(await decide(intent, 'fail')).toContain('redirect_status=failed')
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
  })

  it('are declined without the shopper when the card requires authentication', async () => {
    const error = await errorOf(pay('pm_card_authenticationRequired', { off_session: true }))
    expect(error).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' })
    expect(error.payment_intent?.status).toBe('requires_payment_method')
  })

  it('hold the money with manual capture, and release what is not captured', async () => {
    const held = await pay('pm_card_visa', { capture_method: 'manual', expand: ['latest_charge'] })
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1000, amount_received: 0 })
    const charge = held.latest_charge as Stripe.Charge
    expect(charge.payment_method_details?.card?.capture_before).toBe(charge.created + 7 * 24 * 3600)
    expect(await errorOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 1001 }))).toMatchObject({
      code: 'amount_too_large',
    })
    const captured = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 600,
      expand: ['latest_charge.refunds'],
    })
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 600, amount_capturable: 0 })
    // The released rest looks like a refund, but moves no money
    expect(captured.latest_charge).toMatchObject({
      amount_captured: 600,
      amount_refunded: 400,
      refunded: false,
      refunds: { data: [{ amount: 400, balance_transaction: null }] },
    })
    expect(await bookOf(held.id)).toMatchObject({ captured: 600, refunded: 0 })
    expect(await errorOf(stripe.paymentIntents.capture(held.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })

  it('release the hold when they are canceled, and take no money', async () => {
    const held = await pay('pm_card_visa', { capture_method: 'manual' })
    const canceled = await stripe.paymentIntents.cancel(held.id, { expand: ['latest_charge'] })
    expect(canceled).toMatchObject({ status: 'canceled', latest_charge: { captured: false, refunded: true } })
    expect(await bookOf(held.id)).toBeUndefined()
    const late = stripe.paymentIntents.confirm(held.id, {
      payment_method: 'pm_card_visa',
      return_url: returnUrl,
    })
    expect(await errorOf(late)).toMatchObject({ code: 'payment_intent_unexpected_state' })
  })

  it('are canceled by themselves when the hold ends', async () => {
    const held = await pay('pm_card_visa', { capture_method: 'manual' })
    await emulator.control('clock', { advanceMs: 7 * 24 * 3600 * 1000 + 1000 })
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    })
  })

  it('stay in processing for a bank account until a control or the clock decides', async () => {
    const [later, failing, never] = await Promise.all([
      pay('pm_usBankAccount_success', { currency: 'usd' }),
      pay('pm_usBankAccount_insufficientFunds', { currency: 'usd' }),
      pay('pm_usBankAccount_success', { currency: 'usd' }),
    ])
    expect([later.status, failing.status]).toEqual(['processing', 'processing'])
    await emulator.control('payment', { id: never.id, succeed: false })
    await emulator.control('clock', { advanceMs: 181_000 })
    expect((await stripe.paymentIntents.retrieve(later.id)).status).toBe('succeeded')
    for (const { id } of [failing, never])
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'insufficient_funds' },
      })
  })

  it.each([
    ['eur', 49, 'amount_too_small'],
    ['eur', 100_000_000, 'amount_too_large'],
    ['isk', 150, 'parameter_invalid_integer'],
    ['kwd', 1005, 'parameter_invalid_integer'],
  ])('refuse an amount in %s of %i', async (currency, amount, code) => {
    expect(await errorOf(stripe.paymentIntents.create({ currency, amount }))).toMatchObject({ code })
  })

  it('accept amounts in yen, króna and dinar by the rules of these currencies', async () => {
    for (const [currency, amount] of [
      ['jpy', 1],
      ['isk', 1500],
      ['kwd', 1010],
    ] as const)
      expect((await stripe.paymentIntents.create({ currency, amount })).amount).toBe(amount)
  })
})

describe('the API', () => {
  it('refuses parameters that it does not know, card numbers from servers, and other API versions', async () => {
    const unknown = stripe.paymentIntents.create({ amount: 1000, currency: 'eur', colour: 'red' } as never)
    expect(await errorOf(unknown)).toMatchObject({ code: 'parameter_unknown', param: 'colour' })
    const types = stripe.paymentIntents.create({
      amount: 1000,
      currency: 'eur',
      payment_method_types: ['card'],
    } as never)
    expect(await errorOf(types)).toMatchObject({ code: 'payment_method_types_no_longer_supported' })
    const card = stripe.paymentMethods.create({ type: 'card', card: { number: '4242424242424242' } })
    expect((await errorOf(card)).message).toContain('unsafe')
    const old = stripe.paymentIntents.list({}, { apiVersion: '2020-08-27' })
    expect((await errorOf(old)).message).toContain('Invalid Stripe API version: 2020-08-27')
  })

  it('checks the key, its rights and its mode', async () => {
    expect(await errorOf(emulator.client('sk_wrong').paymentIntents.list())).toMatchObject({
      statusCode: 401,
      type: 'StripeAuthenticationError',
    })
    const restricted = emulator.client('rk_test_restricted01')
    await emulator.control('keys', { rk_test_restricted01: ['/v1/payment_intents'] })
    expect((await restricted.paymentIntents.list({ limit: 1 })).data).toHaveLength(1)
    expect(await errorOf(restricted.refunds.list())).toMatchObject({ statusCode: 403 })
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'eur' })
    const live = emulator.client('sk_live_emulator0001')
    expect((await live.paymentIntents.create({ amount: 1000, currency: 'eur' })).livemode).toBe(true)
    const error = await errorOf(live.paymentIntents.retrieve(intent.id))
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    expect(error.message).toContain('a similar object exists in test mode')
    expect(await errorOf(emulator.client('pk_test_emulator0001').refunds.list())).toMatchObject({
      statusCode: 403,
    })
  })

  it('lists by pages and by time, the newest first', async () => {
    const customer = await stripe.customers.create({ email: 'ann@example.com' })
    const created: string[] = []
    for (let index = 0; index < 5; index++) {
      const intent = await stripe.paymentIntents.create({
        amount: 1000,
        currency: 'eur',
        customer: customer.id,
      })
      created.unshift(intent.id)
    }
    const first = await stripe.paymentIntents.list({ customer: customer.id, limit: 2 })
    expect(first.data.map(({ id }) => id)).toEqual(created.slice(0, 2))
    expect(first.has_more).toBe(true)
    const all: string[] = []
    for await (const { id } of stripe.paymentIntents.list({ customer: customer.id, limit: 2 })) all.push(id)
    expect(all).toEqual(created)
    const gte = first.data[0]!.created + 1
    expect((await stripe.paymentIntents.list({ customer: customer.id, created: { gte } })).data).toEqual([])
    expect(
      (await stripe.paymentIntents.list({ customer: customer.id, created: { lt: gte } })).data,
    ).toHaveLength(5)
  })
})

describe('saved cards', () => {
  it('belong to a customer after a payment with setup_future_usage, and are charged off session', async () => {
    const customer = await stripe.customers.create({ email: 'ann@example.com' })
    const paid = await pay('pm_card_visa', { customer: customer.id, setup_future_usage: 'off_session' })
    const { data } = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })
    expect(data.map(({ id }) => id)).toEqual([paid.payment_method])
    const again = await pay(data[0]!.id, { customer: customer.id, off_session: true })
    expect(again.status).toBe('succeeded')
    await stripe.paymentMethods.detach(data[0]!.id)
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([])
    expect((await errorOf(pay(data[0]!.id, { customer: customer.id }))).message).toContain(
      'may not be used again',
    )
  })

  it('are set up without a payment, with 3-D Secure where the card wants it', async () => {
    const customer = await stripe.customers.create()
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      confirm: true,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      return_url: returnUrl,
    })
    expect(setup.status).toBe('requires_action')
    expect(await decide(setup, 'complete')).toContain(`setup_intent=${setup.id}`)
    const saved = await stripe.setupIntents.retrieve(setup.id)
    expect(saved.status).toBe('succeeded')
    const charged = await pay(String(saved.payment_method), { customer: customer.id, off_session: true })
    expect(charged.status).toBe('succeeded')
  })

  it('cannot be used for another customer, or a second time without a customer', async () => {
    const [ann, bob] = await Promise.all([stripe.customers.create(), stripe.customers.create()])
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: ann.id })
    expect(await errorOf(pay(card.id, { customer: bob.id }))).toMatchObject({ statusCode: 400 })
    const once = await pay('pm_card_visa')
    expect((await errorOf(pay(String(once.payment_method)))).message).toContain('may not be used again')
  })
})

async function bookOf(intent: string) {
  return (await emulator.control('books', {})).find(({ payment_intent }) => payment_intent === intent)
}
