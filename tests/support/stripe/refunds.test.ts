import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningStripeEmulator, startStripeEmulator } from '../stripe-emulator.ts'
import { errorOf, payBy } from './testing.ts'

let emulator: RunningStripeEmulator
let stripe: Stripe

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = emulator.client()
})
afterAll(() => emulator.stop())

async function bookOf(intent: Stripe.PaymentIntent) {
  return (await emulator.control('books', {})).find(({ payment_intent }) => payment_intent === intent.id)
}

async function chargeOf(intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  return stripe.charges.retrieve(String(intent.latest_charge))
}

describe('refunds', () => {
  it('are partial, several, and never above what is captured', async () => {
    const intent = await payBy(stripe, 'pm_card_visa')
    const first = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 300,
      metadata: { line: '1' },
    })
    expect(first).toMatchObject({ status: 'succeeded', amount: 300, metadata: { line: '1' } })
    const error = await errorOf(stripe.refunds.create({ payment_intent: intent.id, amount: 701 }))
    expect(error.message).toBe('Refund amount (701) is greater than unrefunded amount on charge (700)')
    const rest = await stripe.refunds.create({ charge: String(intent.latest_charge) })
    expect(rest.amount).toBe(700)
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 1000, refunded: true })
    const { data } = await stripe.refunds.list({ payment_intent: intent.id })
    expect(data.map(({ id }) => id)).toEqual([rest.id, first.id])
    expect(await bookOf(intent)).toEqual({
      payment_intent: intent.id,
      currency: 'eur',
      captured: 1000,
      refunded: 1000,
      disputed: 0,
    })
  })

  it('of two at once, only one gets the last money', async () => {
    const intent = await payBy(stripe, 'pm_card_visa')
    const both = [1, 2].map(() => stripe.refunds.create({ payment_intent: intent.id, amount: 600 }))
    expect((await Promise.allSettled(both)).map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ])
    expect(await bookOf(intent)).toMatchObject({ refunded: 600 })
  })

  it('of a partial capture are limited to the captured amount', async () => {
    const held = await payBy(stripe, 'pm_card_visa', { capture_method: 'manual' })
    expect((await errorOf(stripe.refunds.create({ payment_intent: held.id }))).message).toContain(
      'uncaptured',
    )
    await stripe.paymentIntents.capture(held.id, { amount_to_capture: 600 })
    expect((await stripe.refunds.create({ payment_intent: held.id })).amount).toBe(600)
    expect(await bookOf(held)).toMatchObject({ captured: 600, refunded: 600 })
  })

  it('can be pending, and succeed later', async () => {
    const intent = await payBy(stripe, 'pm_card_pendingRefund')
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    await emulator.control('refund', { id: refund.id, outcome: 'succeeded' })
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  })

  it('can fail after they have succeeded, and the money can then be refunded again', async () => {
    const intent = await payBy(stripe, 'pm_card_refundFail')
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 400 })
    expect(refund.status).toBe('succeeded')
    await emulator.control('clock', { advanceMs: 181_000 })
    const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: { amount: 400, type: 'refund_failure' },
    })
    expect(await bookOf(intent)).toMatchObject({ captured: 1000, refunded: 0 })
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false })
    expect((await stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(1000)
  })
})

describe('disputes', () => {
  it('withdraw the money, prevent refunds, and return the money when they are won', async () => {
    const intent = await payBy(stripe, 'pm_card_createDispute')
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 1000 })
    expect(await chargeOf(intent)).toMatchObject({ disputed: true })
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    })
    expect(await bookOf(intent)).toMatchObject({ captured: 1000, disputed: 1000 })
    const won = await stripe.disputes.update(dispute!.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    })
    expect(won.status).toBe('won')
    expect(won.balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([
      [-1000, 1500],
      [1000, -1500],
    ])
    expect(await bookOf(intent)).toMatchObject({ disputed: 0 })
  })

  it('as an inquiry move no money, and leave the charge refundable', async () => {
    const intent = await payBy(stripe, 'pm_card_createDisputeInquiry')
    const [inquiry] = (await stripe.disputes.list({ payment_intent: intent.id })).data
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true })
    expect((await stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(1000)
  })

  it('are opened and lost by control', async () => {
    const intent = await payBy(stripe, 'pm_card_visa')
    const charge = String(intent.latest_charge)
    const dispute = await emulator.control('dispute', { charge, kind: 'product_not_received' })
    await emulator.control('closeDispute', { id: dispute.id, outcome: 'lost' })
    expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('lost')
    expect(await bookOf(intent)).toMatchObject({ captured: 1000, disputed: 1000 })
  })
})

describe('balance transactions', () => {
  it('are the books: each movement of money once, with its source', async () => {
    const intent = await payBy(stripe, 'pm_card_visa', {
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
    })
    expect(intent.latest_charge).toMatchObject({
      balance_transaction: { amount: 1000, fee: 59, net: 941, type: 'charge' },
    })
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 250 })
    const { data } = await stripe.balanceTransactions.list({ source: refund.id })
    expect(data).toMatchObject([{ amount: -250, net: -250, type: 'refund', source: refund.id }])
  })

  it('of automatic_async come after the answer, with charge.updated', async () => {
    const intent = await payBy(stripe, 'pm_card_visa', { expand: ['latest_charge'] })
    expect(intent.latest_charge).toMatchObject({ balance_transaction: null })
    expect(
      (await chargeOf({ ...intent, latest_charge: (intent.latest_charge as Stripe.Charge).id }))
        .balance_transaction,
    ).toMatch(/^txn_/)
    const [updated] = (await stripe.events.list({ type: 'charge.updated', limit: 1 })).data
    expect(updated?.data).toMatchObject({ previous_attributes: { balance_transaction: null } })
  })
})
