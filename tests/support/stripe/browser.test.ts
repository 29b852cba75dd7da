import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openVisitor, type Visitor } from '../browser.ts'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'

let emulator: RunningStripeEmulator
let stripe: Stripe
let shop: Server
let shopOrigin: string
let visitor: Visitor

/** The shop's page, as Stripe's documentation shows it: with the script, a place for the element, and a button. */
function checkoutPage(options: object, redirect: string): string {
  return `<!doctype html><title>Checkout</title><script src="${emulator.origin}/endive/stripe.js"></script>
<form><div id="payment"></div><button>Pay</button><p id="result"></p></form>
<script>
const stripe = Stripe('pk_test_emulator0001')
const elements = stripe.elements(${JSON.stringify(options)})
const element = elements.create('payment')
element.on('ready', () => { document.title = 'Ready' })
element.mount('#payment')
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { error: incomplete } = await elements.submit()
  const { error, paymentIntent } = incomplete ? { error: incomplete } : await stripe.confirmPayment({ elements, confirmParams: { return_url: '${shopOrigin}/return' }, redirect: '${redirect}' })
  document.querySelector('#result').textContent = error ? error.code + ': ' + error.message : paymentIntent.status
})
</script>`
}

let html = ''

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
  shop = createServer((_, response) => {
    // The policy that Stripe's documentation asks for, with the emulator in place of Stripe's origins
    const policy = `default-src 'none'; script-src 'unsafe-inline' ${emulator.origin}; frame-src ${emulator.origin}; connect-src ${emulator.origin}; style-src 'unsafe-inline'`
    response.setHeader('content-security-policy', policy)
    response.setHeader('content-type', 'text/html')
    response.end(html)
  })
  await once(shop.listen(0, '127.0.0.1'), 'listening')
  shopOrigin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  visitor = await openVisitor({ width: 800 })
})
afterAll(async () => {
  await visitor.close()
  await emulator.stop()
  shop.close()
})

async function openCheckout({
  redirect = 'if_required',
  options = {},
  more = {},
}: {
  redirect?: string
  options?: object
  more?: Partial<Stripe.PaymentIntentCreateParams>
} = {}): Promise<{ page: Page; intent: Stripe.PaymentIntent }> {
  const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'eur', ...more })
  html = checkoutPage({ clientSecret: intent.client_secret, ...options }, redirect)
  const { page } = visitor
  await page.goto(shopOrigin)
  // Not waitForFunction(): it evaluates its text in the page, whose Content-Security-Policy forbids that
  await vi.waitFor(async () => expect(await page.title()).toBe('Ready'), { timeout: 20_000 })
  return { page, intent }
}

async function payWith(page: Page, number: string): Promise<void> {
  const frame = page.frameLocator('iframe[title="Secure payment input frame"]')
  await frame.locator('[name=number]').fill(number)
  await frame.locator('[name=expiry]').fill('12 / 34')
  await frame.locator('[name=cvc]').fill('123')
  await page.getByRole('button', { name: 'Pay' }).click()
}

async function expectResult(page: Page, text: string): Promise<void> {
  await page.locator('#result', { hasText: text }).waitFor()
}

describe('the Payment Element', () => {
  it('pays with a card, without leaving the page', async () => {
    const { page, intent } = await openCheckout()
    await payWith(page, '4242 4242 4242 4242')
    await expectResult(page, 'succeeded')
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  })

  it('asks for what is missing, shows a decline, and lets the shopper take another card', async () => {
    const { page, intent } = await openCheckout()
    await page.getByRole('button', { name: 'Pay' }).click()
    await expectResult(page, 'incomplete_number')
    await payWith(page, '4000 0000 0000 0002')
    await expectResult(page, 'card_declined: Your card was declined.')
    await payWith(page, '4242 4242 4242 4242')
    await expectResult(page, 'succeeded')
    expect((await stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(2)
  })

  it.each([
    ['Complete', 'succeeded', 'succeeded'],
    ['Fail', 'payment_intent_authentication_failure', 'requires_payment_method'],
  ])('opens the page of the bank in a dialog; after %s the result is %s', async (button, result, status) => {
    const { page, intent } = await openCheckout()
    await payWith(page, '4000 0025 0000 3155')
    await page
      .frameLocator('iframe[title="3D Secure authentication"]')
      .getByRole('button', { name: button })
      .click()
    await expectResult(page, result)
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status)
  })

  it('goes to the return_url when the redirect is not conditional', async () => {
    const { page, intent } = await openCheckout({ redirect: 'always' })
    await payWith(page, '4242 4242 4242 4242')
    await page.waitForURL(`${shopOrigin}/return?**`)
    const query = new URL(page.url()).searchParams
    expect(Object.fromEntries(query)).toEqual({
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    })
  })

  it('saves a card when the shopper agrees, and offers it the next time', async () => {
    const customer = await stripe.customers.create()
    const session = () =>
      stripe.customerSessions.create({
        customer: customer.id,
        components: {
          payment_element: {
            enabled: true,
            features: {
              payment_method_save: 'enabled',
              payment_method_redisplay: 'enabled',
              payment_method_save_usage: 'off_session',
            },
          },
        },
      })
    const first = await openCheckout({
      more: { customer: customer.id },
      options: { customerSessionClientSecret: (await session()).client_secret },
    })
    await first.page.frameLocator('iframe').getByLabel('Save payment details').check()
    await payWith(first.page, '4242 4242 4242 4242')
    await expectResult(first.page, 'succeeded')
    const second = await openCheckout({
      more: { customer: customer.id },
      options: { customerSessionClientSecret: (await session()).client_secret },
    })
    await second.page.frameLocator('iframe').getByLabel('visa ending in 4242').waitFor()
    await second.page.getByRole('button', { name: 'Pay' }).click()
    await expectResult(second.page, 'succeeded')
    const [one, two] = await Promise.all(
      [first, second].map(({ intent }) => stripe.paymentIntents.retrieve(intent.id)),
    )
    expect(two!.payment_method).toBe(one!.payment_method)
  })

  it('sets up a card without a payment', async () => {
    const customer = await stripe.customers.create()
    const setup = await stripe.setupIntents.create({ customer: customer.id })
    const { page } = await openCheckout({ options: { clientSecret: setup.client_secret } })
    const frame = page.frameLocator('iframe[title="Secure payment input frame"]')
    for (const [name, value] of [
      ['number', '4242424242424242'],
      ['expiry', '12 / 34'],
      ['cvc', '123'],
    ])
      await frame.locator(`[name=${name}]`).fill(value!)
    const result = await page.evaluate("stripe.confirmSetup({ elements, redirect: 'if_required' })")
    expect(result).toMatchObject({ setupIntent: { id: setup.id, status: 'succeeded' } })
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1)
  })

  it('lets the shopper act on a payment that the server has confirmed', async () => {
    const confirmed = {
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      use_stripe_sdk: true,
      return_url: `${shopOrigin}/return`,
    }
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'eur', ...confirmed })
    expect(intent.next_action?.type).toBe('use_stripe_sdk')
    const { page } = await openCheckout()
    const handled = page.evaluate(`stripe.handleNextAction({ clientSecret: '${intent.client_secret}' })`)
    await page
      .frameLocator('iframe[title="3D Secure authentication"]')
      .getByRole('button', { name: 'Complete' })
      .click()
    expect(await handled).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded' } })
  })
})
