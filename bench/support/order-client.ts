import { readFileSync } from 'node:fs'
import * as cart from '#modules/cart/store.ts'
import { readSellableVariants } from '#modules/catalog/store/read-variants.ts'
import { reserve } from '#modules/inventory/store/reserve.ts'
import { take } from '#modules/inventory/store/take.ts'
import { changeStatus, insertOrder } from '#modules/orders/store.ts'
import { applyReport, findIntent, insertIntent } from '#modules/payments/store/intents.ts'
import { insertCharge } from '#modules/payments/store/test-charges.ts'
import { recordBuyer } from '#modules/pricing/store/redemptions.ts'
import { findAnswer, type IdempotencyKey } from '#runtime/call/idempotency.ts'
import { openPool } from '#runtime/database/pool.ts'
import { transaction } from '#runtime/database/transaction.ts'
import { insertEvents } from '#runtime/events/outbox.ts'
import { insertEntry, type JournalEntry, updateEntry } from '#runtime/workflow/journal.ts'
import { newId } from '#shared/ids.ts'
import { eachOnce } from './load.ts'

// The limit for placing orders: a client that only sends the same prepared statements in the same transactions to the
// same server, without HTTP, validation and contexts. Argument: a file with the ids of the carts to order.
const url = process.env.DATABASE_URL!
const ids = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as string[]
/** Commits wait for the disk. */
const durable = openPool({ url, max: 12, name: 'bench-client' })
/** Commits do not wait for the disk. */
const relaxed = openPool({ url, max: 8, name: 'bench-client', synchronousCommit: 'off' })
const subscribers = new Map([['orders.orderConfirmed', ['notifications']]])
const RUNNER = 'bench-client/1'
/** `placeOrder` freezes the cart, reserves stock, redeems promotions, creates the order and creates the payment intent. */
const STEPS_OF_FIRST_TRANSACTION = 5

const result = await eachOnce(16, ids, placeOrder)
console.log(`result ${JSON.stringify(result)}`)
await Promise.all([durable.end({ timeout: 5 }), relaxed.end({ timeout: 5 })])

async function placeOrder(cartId: string): Promise<void> {
  const now = new Date()
  const later = new Date(now.getTime() + 60_000)
  const orderId = newId('ord')
  const intentId = newId('pay')
  const key: IdempotencyKey = { hash: newId('key'), encryptionKey: undefined, inputHash: 'hash' }
  await findAnswer(durable, 'orders', key)
  const found = (await cart.readCart(relaxed, cartId))!
  const variants = await readSellableVariants(
    durable,
    found.lines.map((line) => line.variantId),
  )
  if (variants.length !== found.lines.length)
    throw new Error('Cannot measure: a variant of the cart is missing')
  const total = { amount: 1000, currency: 'EUR' }
  const zero = { amount: 0, currency: 'EUR' }
  const snapshot = {
    contact: found.contact!,
    lines: found.lines.map((line) => ({ ...line, unitPrice: total, total })),
    shippingOption: { id: 'standard', title: 'Standard delivery', delivery: '2–4 working days', price: zero },
    coupons: [],
    totals: { subtotal: total, discount: zero, shipping: zero, tax: zero, includedTax: zero, total },
  }
  const entry: JournalEntry = {
    id: orderId,
    name: 'placeOrder',
    status: 'running',
    version: 2,
    nextStep: STEPS_OF_FIRST_TRANSACTION,
    state: {
      orderId,
      intentId,
      cartId,
      provider: 'test',
      token: 'tok_ok',
      checkout: null,
      outcome: null,
      endedBy: null,
      order: null,
    },
    answer: null,
    failure: null,
    attempts: 0,
    isUncertain: false,
    wakeAt: later,
    deadlineAt: later,
  }
  await transaction(durable, async (sql) => {
    await cart.freeze(sql, cartId, found.version, orderId, now)
    const lines = found.lines
      .map(({ variantId, quantity }) => ({ variantId, quantity }))
      .sort((a, b) => (a.variantId < b.variantId ? -1 : 1))
    await reserve(sql, { id: orderId, lines, expiresAt: later, now })
    const { tokenHash, customerId } = found
    await recordBuyer(sql, orderId, { customerId, email: found.contact!.email }, now)
    await insertOrder(sql, {
      id: orderId,
      intentId,
      provider: 'test',
      cartId,
      tokenHash,
      placedFrom: '127.0.0.1',
      customerId,
      snapshot: snapshot as never,
      placedAt: now,
    })
    await insertIntent(sql, {
      id: intentId,
      orderId,
      provider: 'test',
      token: 'tok_ok',
      amount: 1000,
      currency: 'EUR',
      capture: 'automatic',
      returnUrl: null,
      at: now,
    })
    await insertEntry(sql, 'orders', entry, key, RUNNER)
  })
  await findIntent(durable, intentId)
  await insertCharge(relaxed, {
    key: intentId,
    reference: newId('chg'),
    token: 'tok_ok',
    amount: 1000,
    currency: 'EUR',
    capture: 'automatic',
    status: 'succeeded',
    captured: 1000,
    refunded: 0,
    reason: null,
    actionUrl: null,
  })
  await transaction(durable, async (sql) => {
    await applyReport(sql, intentId, { status: 'succeeded', reference: 'chg', at: now })
    await take(sql, orderId, now)
    const order = await changeStatus(sql, orderId, { to: 'confirmed', paymentStatus: 'paid', at: now })
    await insertEvents(
      sql,
      'orders',
      [{ name: 'orderConfirmed', aggregate: orderId, payload: { orderId, order } }],
      subscribers,
    )
    await cart.close(sql, cartId, orderId, now)
    await updateEntry(
      sql,
      'orders',
      { ...entry, status: 'done', state: { ...entry.state, order }, answer: order, wakeAt: null },
      RUNNER,
    )
  })
}
