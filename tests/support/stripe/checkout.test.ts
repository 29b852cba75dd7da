import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { errorOf } from './testing.ts'

let emulator: RunningStripeEmulator
let stripe: Stripe

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
})
afterAll(() => emulator.stop())

function open(more: Partial<Stripe.Checkout.SessionCreateParams> = {}): Promise<Stripe.Checkout.Session> {
  const price = { currency: 'eur', unit_amount: 500, product_data: { name: 'Order A-1' } }
  return stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ quantity: 2, price_data: price }],
    success_url: 'https://shop.example.com/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example.com/cart',
    payment_intent_data: { metadata: { order: 'A-1' } },
    ...more,
  })
}

/** Posts the form of a page, and returns its status and where it leads. */
async function post(
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; location: string; html: string }> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    html: await response.text(),
  }
}

async function lastEvent(): Promise<Stripe.Event> {
  return (await stripe.events.list({ limit: 1 })).data[0]!
}

describe('a checkout session', () => {
  it('is paid on its page, and creates its intent then', async () => {
    const session = await open()
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 1000,
      payment_intent: null,
    })
    expect(await (await fetch(session.url!)).text()).toContain('1000 EUR')
    const paid = await post(session.url!, {
      action: 'pay',
      number: '4242 4242 4242 4242',
      email: 'ann@example.com',
    })
    expect(paid).toMatchObject({
      status: 303,
      location: `https://shop.example.com/done?session=${session.id}`,
    })
    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer_details: { email: 'ann@example.com' },
      payment_intent: { status: 'succeeded', amount: 1000, metadata: { order: 'A-1' } },
    })
    const [completed] = (await stripe.events.list({ type: 'checkout.session.completed' })).data
    expect(completed?.data.object).toMatchObject({ id: session.id, payment_status: 'paid' })
  })

  it('stays open after a decline, and when the shopper returns to the shop', async () => {
    const session = await open()
    const declined = await post(session.url!, { action: 'pay', number: '4000000000000002' })
    expect(declined.status).toBe(402)
    expect(declined.html).toContain('Your card was declined.')
    expect(await post(session.url!, { action: 'cancel' })).toMatchObject({
      location: 'https://shop.example.com/cart',
    })
    const { status, payment_intent } = await stripe.checkout.sessions.retrieve(session.id)
    expect(status).toBe('open')
    expect((await errorOf(stripe.paymentIntents.cancel(String(payment_intent)))).message).toContain(
      'Expire the Checkout Session',
    )
  })

  it('goes over the page of the bank for 3-D Secure', async () => {
    const session = await open()
    const bank = await post(session.url!, { action: 'pay', number: '4000000000003220' })
    expect(bank.location).toContain('/3d-secure/pi_')
    const failed = await post(bank.location, { decision: 'fail' })
    expect(await (await fetch(failed.location)).text()).toContain('failed authentication')
    const again = await post(session.url!, { action: 'pay', number: '4000000000003220' })
    const back = await post(again.location, { decision: 'complete' })
    const response = await fetch(back.location, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe(`https://shop.example.com/done?session=${session.id}`)
  })

  it.each([
    [true, 'paid', 'checkout.session.async_payment_succeeded'],
    [false, 'unpaid', 'checkout.session.async_payment_failed'],
  ])(
    'completes unpaid with a bank account; when the payment succeeds (%s) it is %s',
    async (succeed, status, type) => {
      const session = await open({
        allowed_payment_method_types: ['us_bank_account', 'sepa_debit'],
        line_items: [
          {
            quantity: 1,
            price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Order' } },
          },
        ],
      })
      await post(session.url!, { action: 'pay', number: '6789' })
      const complete = await stripe.checkout.sessions.retrieve(session.id)
      expect(complete).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
      await emulator.control('payment', { id: String(complete.payment_intent), succeed })
      expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(status)
      expect((await lastEvent()).type).toMatch(succeed ? /updated/ : type)
      expect((await stripe.events.list({ type })).data[0]?.data.object).toMatchObject({ id: session.id })
    },
  )

  it('with manual capture is unpaid until the capture', async () => {
    const session = await open({ payment_intent_data: { capture_method: 'manual' } })
    await post(session.url!, { action: 'pay', number: '4242424242424242' })
    const held = await stripe.checkout.sessions.retrieve(session.id)
    expect(held).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    await stripe.paymentIntents.capture(String(held.payment_intent))
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
  })

  it('expires by a request or by itself, and takes no money then', async () => {
    const [one, other] = await Promise.all([open(), open()])
    expect((await stripe.checkout.sessions.expire(one.id)).status).toBe('expired')
    expect((await post(one.url!, { action: 'pay', number: '4242424242424242' })).status).toBe(410)
    expect((await lastEvent()).type).toBe('checkout.session.expired')
    await emulator.control('clock', { advanceMs: 24 * 3600 * 1000 + 1000 })
    expect((await stripe.checkout.sessions.retrieve(other.id)).status).toBe('expired')
  })
})
