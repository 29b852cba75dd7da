import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { type Faults, type RunningTestProvider, startTestProvider } from '#tests/support/test-provider.ts'
import type { Order } from '../contract.ts'
import {
  createProduct,
  fillCart,
  piecesLeft,
  placeOrder,
  recoverWorkflows,
  type Shopper,
} from '../testing.ts'
import { placeOrderWorkflow } from './place-order.ts'

const MINUTE_MS = 60_000
const PIECES = 10
/** As a number of faulty answers: more than any test requests. */
const ALL = 1_000_000

let provider: RunningTestProvider
let shop: TestShop
let variantId: string
let shopper: Shopper

beforeAll(async () => {
  provider = await startTestProvider()
  shop = await openShop({
    http: true,
    environment: { PANDO_PAYMENT_TIMEOUT_MS: '2000', ...provider.settings },
  })
})
afterAll(async () => {
  await shop.stop()
  await provider.stop()
})

beforeEach(async () => {
  await provider.set({
    webhookUrl: `${shop.origin}/api/v1/payments/webhooks/test`,
    webhooks: 'held',
    webhookCopies: 1,
    cutAnswers: 0,
    refuseRequests: 0,
    clockAheadMs: shop.clock.now().getTime() - Date.now(),
  })
  variantId = await createProduct(shop, PIECES)
  shopper = await fillCart(shop, { [variantId]: 2 })
})

describe('the checkout', () => {
  it('completes at once when the retry after a first failure succeeds', async () => {
    const order = await placeOrder(shop, shopper, 'tok_flaky')
    expect(order.status).toBe('confirmed')
    await expectPaidOnce(order.id)
  })

  it('waits when the answer is lost, and completes with the first poll after 2 s', async () => {
    const order = await placeOrderWith({ cutAnswers: ALL })
    expect(order).toMatchObject({ status: 'pending', payment: { status: 'pending', actionUrl: null } })
    expect(await cartStatus()).toBe('frozen')
    await recoverWorkflows(shop)
    expect(await read(order.id)).toMatchObject({ status: 'pending' })
    await later(2001)
    await expectPaidOnce(order.id)
  })

  it('waits when the request is lost, and completes by requesting the payment again after 2 s', async () => {
    const order = await placeOrderWith({ refuseRequests: ALL })
    expect(order.status).toBe('pending')
    expect(await chargeOf(order.id)).toBeUndefined()
    await later(2001)
    await expectPaidOnce(order.id)
  })

  it('completes with the webhook when the answer is late', async () => {
    const order = await placeOrderWith({ cutAnswers: ALL }, 'tok_timeout')
    expect(order).toMatchObject({ status: 'pending', payment: { status: 'pending' } })
    await deliverWebhooks()
    await expectPaidOnce(order.id)
  })

  it('tolerates several webhooks and a webhook before the answer', async () => {
    await provider.set({ webhooks: 'before', webhookCopies: 3 })
    const order = await placeOrder(shop, shopper)
    expect(order.status).toBe('confirmed')
    await deliverWebhooks()
    await expectPaidOnce(order.id)
  })

  it('completes with a webhook while answers are lost', async () => {
    const order = await placeOrderWith({ webhooks: 'before', cutAnswers: ALL })
    // Polling cannot complete it
    await provider.set({ cutAnswers: ALL })
    await deliverWebhooks()
    await expectPaidOnce(order.id)
  })

  it('waits until the shopper confirms', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    const intentId = await intentOf(order.id)
    const returnUrl = encodeURIComponent(`http://localhost:4000/orders/${order.id}?placed&key=okey_`)
    expect(order).toMatchObject({
      status: 'pending',
      payment: {
        status: 'requires_action',
        actionUrl: expect.stringContaining(
          `http://localhost:4000/payments/test/${intentId}?return=${returnUrl}`,
        ),
      },
    })
    const asShopper = shop.as(shopper.caller).orders
    expect(await asShopper.confirmPayment({ orderId: order.id })).toEqual(order)
    await shop.calls.payments.completeTestAction({ intentId, decision: 'confirm' })
    const confirmed = await asShopper.confirmPayment({ orderId: order.id })
    expect(confirmed).toMatchObject({ status: 'confirmed', payment: { status: 'paid', actionUrl: null } })
    expect(await asShopper.confirmPayment({ orderId: order.id })).toEqual(confirmed)
    await deliverWebhooks()
    await expectPaidOnce(order.id)
  })

  it('completes with the webhook when the shopper confirms and does not return', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'confirm' })
    await deliverWebhooks()
    await expectPaidOnce(order.id)
  })

  it('returns the result to all concurrent calls of confirmPayment()', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'refuse' })
    const asShopper = shop.as(shopper.caller).orders
    const results = await Promise.all(
      Array.from({ length: 5 }, () => asShopper.confirmPayment({ orderId: order.id })),
    )
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('cancelled'))
    await deliverWebhooks()
    await expectNotPaid(order.id, 'declined')
  })

  it('is cancelled with the reason when the shopper refuses', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'refuse' })
    const refused = await shop.as(shopper.caller).orders.confirmPayment({ orderId: order.id })
    expect(refused).toMatchObject({
      status: 'cancelled',
      payment: {
        status: 'declined',
        reason: 'The payment was refused on the confirmation page',
        actionUrl: null,
      },
    })
    await deliverWebhooks()
    await expectNotPaid(order.id, 'declined')
    // The shopper refused, so they get no email
    expect(await mailsTo(order)).not.toContain(`Order ${order.number} has been cancelled`)
  })

  it('is compensated when the shopper does not confirm within 15 minutes, and takes no money afterwards', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await later(14 * MINUTE_MS)
    expect(await read(order.id)).toMatchObject({ status: 'pending' })
    await later(2 * MINUTE_MS)
    expect(await read(order.id)).toMatchObject({
      status: 'cancelled',
      payment: { status: 'voided', reason: 'The payment was not completed in time' },
    })
    expect(await mailsTo(order)).toContain(`Order ${order.number} has been cancelled`)
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'confirm' })
    await deliverWebhooks()
    await expectNotPaid(order.id, 'voided')
  })

  it('refunds a payment with a lost answer after the deadline, as soon as the provider answers', async () => {
    const order = await placeOrderWith({ cutAnswers: ALL }, 'tok_timeout')
    await provider.set({ refuseRequests: ALL })
    for (let minutes = 0; minutes < 40; minutes++) await later(MINUTE_MS)
    expect(await read(order.id)).toMatchObject({ status: 'pending' })
    await provider.set({ refuseRequests: 0 })
    await later(2 * MINUTE_MS)
    await expectNotPaid(order.id, 'refunded')
    // Loopback mode retries each of the many polls, so the test takes long
  }, 240_000)

  it('refunds the payment when the stock is gone', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.inventory.releaseStock({ reservationId: order.id })
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'confirm' })
    expect(await shop.as(shopper.caller).orders.confirmPayment({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'refunded', reason: 'The items sold out before the payment was complete' },
    })
    await expectNotPaid(order.id, 'refunded')
  })

  it('completes 18 minutes after it began if the payment was in time, because stock is reserved for 20 minutes', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.payments.completeTestAction({ intentId: await intentOf(order.id), decision: 'confirm' })
    // The shop was down until after the deadline, but the payment was in time
    shop.clock.advance(18 * MINUTE_MS)
    await shop.runJob('inventory.releaseExpired')
    await recoverWorkflows(shop)
    await expectPaidOnce(order.id)
  })

  it('returns stock that takeStock took in parallel to a recordOutcome without effect', async () => {
    const order = await placeOrder(shop, shopper, 'tok_requires_action')
    await shop.calls.inventory.takeStock({ reservationId: order.id })
    await waitAtStep('recordOutcome', order.id)
    await shop.as(shopper.caller).orders.cancelOrder({ orderId: order.id })
    await expectNotPaid(order.id, 'voided')
  })

  it('keeps a confirmed order when its last step fails for 40 minutes, long after the deadline', async () => {
    const order = await placeOrder(shop, shopper)
    await shop.sql`alter table cart.cart rename to unavailable`
    await waitAtStep('closeCart', order.id)
    for (let retry = 1; retry <= 4; retry++) await later(10 * MINUTE_MS)
    expect(await read(order.id)).toMatchObject({ status: 'confirmed', payment: { status: 'paid' } })
    await shop.sql`alter table cart.unavailable rename to cart`
    await later(MINUTE_MS)
    const [entry] = await shop.sql`select status from orders.pando_workflow where id = ${order.id}`
    expect(entry).toEqual({ status: 'done' })
    await expectPaidOnce(order.id)
  })

  it('ends paid once or not at all, for any sequence of actions', async () => {
    const actions = {
      webhooks: () => deliverWebhooks(),
      confirmPayment: (order: Order) => shop.as(shopper.caller).orders.confirmPayment({ orderId: order.id }),
      cancel: (order: Order) =>
        shop
          .as(shopper.caller)
          .orders.cancelOrder({ orderId: order.id })
          .catch(() => {}),
      confirm: async (order: Order) =>
        shop.calls.payments
          .completeTestAction({ intentId: await intentOf(order.id), decision: 'confirm' })
          .catch(() => {}),
      refuse: async (order: Order) =>
        shop.calls.payments
          .completeTestAction({ intentId: await intentOf(order.id), decision: 'refuse' })
          .catch(() => {}),
      loseAnswers: () => provider.set({ cutAnswers: 4 }),
      loseRequests: () => provider.set({ refuseRequests: 4 }),
      letMinutePass: () => later(MINUTE_MS),
    }
    const action = fc.constantFrom(...(Object.keys(actions) as (keyof typeof actions)[]))
    // The actions of an inner array run concurrently
    const actionSequence = fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
    })
    const token = fc.constantFrom('tok_requires_action', 'tok_ok')
    await fc.assert(
      fc.asyncProperty(token, actionSequence, async (token, sequence) => {
        variantId = await createProduct(shop, PIECES)
        shopper = await fillCart(shop, { [variantId]: 2 })
        const order = await placeOrderWith({ cutAnswers: ALL }, token)
        for (const concurrentActions of sequence)
          await Promise.all(concurrentActions.map((name) => actions[name](order)))
        await provider.set({ cutAnswers: 0, refuseRequests: 0 })
        // The first hour passes the payment's deadline; the second passes the retries of a compensation
        for (let hours = 0; hours < 2; hours++) await later(60 * MINUTE_MS)
        await deliverWebhooks()
        const { status } = await read(order.id)
        expect(status).toMatch(/confirmed|cancelled/)
        if (status === 'confirmed') await expectPaidOnce(order.id)
        else await expectNotPaid(order.id)
      }),
      { numRuns: 12 },
    )
  }, 120_000)
})

/** Places an order while the provider has these faults, and clears the faults afterwards. */
async function placeOrderWith(faults: Faults, token = 'tok_ok'): Promise<Order> {
  await provider.set(faults)
  const order = await placeOrder(shop, shopper, token)
  await provider.set({ cutAnswers: 0, refuseRequests: 0 })
  return order
}

/** Sets the order's checkout to wait at a step, as if the step's module had not answered. */
async function waitAtStep(step: string, orderId: string): Promise<void> {
  const nextStep = placeOrderWorkflow.steps.findIndex(({ name }) => name === step)
  const state = { orderId, cartId: shopper.cartId, intentId: await intentOf(orderId) }
  await shop.sql`
    update orders.pando_workflow
    set status = 'waiting', next_step = ${nextStep}, wake_at = ${shop.clock.now()}, ended_at = null,
      state = (${shop.sql.json(state)}::jsonb || state::jsonb)::json
    where id = ${orderId}`
}

function read(orderId: string): Promise<Order> {
  return shop.calls.orders.getOrder({ orderId })
}

async function intentOf(orderId: string): Promise<string> {
  const [row] = await shop.sql<{ intent_id: string }[]>`
    select intent_id from orders.placed_order where id = ${orderId}`
  return row!.intent_id
}

async function chargeOf(orderId: string) {
  const intentId = await intentOf(orderId)
  return (await provider.charges()).find((charge) => charge.key === intentId)
}

async function cartStatus(): Promise<string> {
  return (await shop.as(shopper.caller).cart.getCart({ cartId: shopper.cartId })).status
}

/** The subjects of all emails to the shopper, including those about other orders. */
async function mailsTo({ contact }: Order): Promise<string[]> {
  await shop.drain()
  const { items } = await shop.calls.notifications.listMessages({ limit: 100 })
  return items.filter(({ to }) => to === contact.email).map(({ subject }) => subject)
}

/** Advances the time and runs the workflows that are due. */
async function later(ms: number): Promise<void> {
  shop.clock.advance(ms)
  await provider.set({ clockAheadMs: shop.clock.now().getTime() - Date.now() })
  await recoverWorkflows(shop)
}

async function deliverWebhooks(): Promise<void> {
  await provider.release()
  await shop.drain()
}

/** Checks that order, charge, payment, stock and cart all record one purchase. */
async function expectPaidOnce(orderId: string): Promise<void> {
  const order = await read(orderId)
  expect(order).toMatchObject({ status: 'confirmed', payment: { status: 'paid' } })
  const total = order.totals.total.amount
  expect(await chargeOf(orderId)).toMatchObject({ status: 'succeeded', captured: total, refunded: 0 })
  expect(await shop.calls.payments.getIntent({ intentId: await intentOf(orderId) })).toMatchObject({
    status: 'succeeded',
    captured: { amount: total },
  })
  expect(await piecesLeft(shop, variantId)).toBe(PIECES - 2)
  expect(await cartStatus()).toBe('ordered')
  expect(order.history.filter((entry) => entry.status === 'confirmed')).toHaveLength(1)
}

/** Checks that order, charge, payment and stock record neither a purchase nor kept money. `chargeStatus`: expected. */
async function expectNotPaid(orderId: string, chargeStatus?: string): Promise<void> {
  const order = await read(orderId)
  expect(order.status).toBe('cancelled')
  const charge = await chargeOf(orderId)
  if (charge) expect(charge.captured - charge.refunded).toBe(0)
  if (chargeStatus) expect(charge?.status).toBe(chargeStatus)
  const intent = await shop.calls.payments.getIntent({ intentId: await intentOf(orderId) })
  expect(intent.status).toMatch(/declined|voided|refunded/)
  expect(intent.captured).toEqual(intent.refunded)
  expect(order.payment.status).toBe(intent.status)
  if (charge) expect(intent.status).toBe(charge.status)
  expect(await piecesLeft(shop, variantId)).toBe(PIECES)
}
