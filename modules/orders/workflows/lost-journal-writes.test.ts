import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Order } from '../contract.ts'
import {
  createProduct,
  cutOff,
  fillCart,
  piecesLeft,
  placeOrder,
  recoverWorkflows,
  type Shopper,
} from '../testing.ts'

interface JournalVersion {
  next_step: number
  status: string
  state: unknown
}

const PIECES = 10

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ loopback: true })
  // `security definer`: the trigger runs with its owner's rights, because the role of orders cannot write to this table
  await shop.sql.unsafe(`
    create table public.journal_version (number int generated always as identity, id text, next_step int, status text, state jsonb);
    create function public.store_journal_version() returns trigger language plpgsql security definer as $$
    begin
      insert into public.journal_version (id, next_step, status, state) values (new.id, new.next_step, new.status, new.state);
      return new;
    end $$;
    create trigger store_journal_version after insert or update on orders.pando_workflow
    for each row execute function public.store_journal_version()`)
})
afterAll(() => shop.stop())

/**
 * The journal's progress between steps is not synced to disk, so a crash of the database server can lose it. Steps are
 * then repeated, and their answers may differ from the first time: a recorded payment, for example, is returned without
 * the provider's reference.
 */
describe('a checkout over several processes, after the loss of journal writes', () => {
  it.each([
    ['tok_ok', 'confirmed', PIECES - 2],
    ['tok_declined', 'cancelled', PIECES],
  ])('ends in the same state from every version of its journal entry: %s', async (token, status, pieces) => {
    const variantId = await createProduct(shop, PIECES)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    await placeOrder(shop, shopper, token).catch(() => {})
    const order = await orderOf(shopper)
    expect(order.status).toBe(status)
    const history = await journalVersions(order.id)
    expect(new Set(history.map(({ next_step }) => next_step)).size).toBeGreaterThan(4)

    for (const version of history) {
      await restoreJournal(order.id, version)
      await recoverWorkflows(shop)
      expect(await shop.calls.orders.getOrder({ orderId: order.id }), JSON.stringify(version)).toEqual(order)
      expect(await piecesLeft(shop, variantId)).toBe(pieces)
    }
  })

  it('refunds and releases everything when it is cancelled before it resumes', async () => {
    await shop.sql.unsafe(`
      create function public.refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger refuse before update on orders.placed_order
      for each row when (new.status = 'confirmed') execute function public.refuse()`)
    const { history: anyHistory } = await stopBeforeConfirmed()
    // The shopper can cancel once step 2, createOrder, has stored the order
    const nextSteps = new Set(anyHistory.map(({ next_step }) => next_step).filter((step) => step >= 3))
    expect(nextSteps.size).toBeGreaterThan(2)

    for (const nextStep of nextSteps) {
      const { order, history } = await stopBeforeConfirmed()
      const version = history.find(({ next_step }) => next_step === nextStep)!
      await restoreJournal(order.id, version)
      const cancelled = await shop.as(order.caller).orders.cancelOrder({ orderId: order.id })
      expect(cancelled, JSON.stringify(version)).toMatchObject({
        status: 'cancelled',
        payment: { status: 'refunded' },
      })
      expect(await shop.sql`select status from payments.intent where order_id = ${order.id}`).toEqual([
        { status: 'refunded' },
      ])
      expect(await piecesLeft(shop, order.variantId)).toBe(PIECES)
    }
  })
})

describe('a checkout that is cancelled while the payments module is down', () => {
  const isPayments = (method: string) => method.startsWith('payments.')

  it('releases stock and cart at once if it has requested no payment', async () => {
    const variantId = await createProduct(shop, PIECES)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    const restorePayments = cutOff(shop, isPayments)
    try {
      const { id, status } = await placeOrder(shop, shopper)
      expect(status).toBe('pending')
      const cancelled = await shop.as(shopper.caller).orders.cancelOrder({ orderId: id })
      expect(cancelled.status).toBe('cancelled')
      expect(await piecesLeft(shop, variantId)).toBe(PIECES)
    } finally {
      restorePayments()
    }
  })

  it('stays pending until the payments module answers if a lost journal write may hide a requested payment', async () => {
    const { order, history } = await stopBeforeConfirmed()
    // createIntent is at position 4, so the journal does not show that a payment was requested
    await restoreJournal(order.id, history.find(({ next_step }) => next_step === 4)!)
    const restorePayments = cutOff(shop, isPayments)
    try {
      // Recovery repeats the step, and the step waits for the payments module
      await recoverWorkflows(shop)
      const { status } = await shop.as(order.caller).orders.cancelOrder({ orderId: order.id })
      expect(status).toBe('pending')
      expect(await piecesLeft(shop, order.variantId)).toBe(PIECES)
    } finally {
      restorePayments()
    }
    shop.clock.advance(60_000)
    await recoverWorkflows(shop)
    expect(await shop.calls.orders.getOrder({ orderId: order.id })).toMatchObject({
      status: 'cancelled',
      payment: { status: 'refunded' },
    })
    expect(await piecesLeft(shop, order.variantId)).toBe(PIECES)
  })
})

/** Runs a checkout that is paid, has taken its stock, and cannot be confirmed because of the trigger `refuse`. */
async function stopBeforeConfirmed() {
  const variantId = await createProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  expect((await placeOrder(shop, shopper)).status).toBe('pending')
  const { id } = await orderOf(shopper)
  return { order: { id, variantId, caller: shopper.caller }, history: await journalVersions(id) }
}

/** The order for the shopper's cart, in any status. */
async function orderOf({ cartId }: Shopper): Promise<Order> {
  const [row] = await shop.sql<{ id: string }[]>`select id from orders.placed_order where cart_id = ${cartId}`
  return shop.calls.orders.getOrder({ orderId: row!.id })
}

/** Restores an earlier version of a journal entry, as after the loss of a machine. */
async function restoreJournal(id: string, { next_step, status, state }: JournalVersion): Promise<void> {
  await shop.sql`
    update orders.pando_workflow
    set next_step = ${next_step}, status = ${status}, state = ${shop.sql.json(state as never)},
      answer = null, failure = null, attempts = 0, wake_at = ${shop.clock.now()}, ended_at = null
    where id = ${id}`
}

async function journalVersions(id: string): Promise<JournalVersion[]> {
  return shop.sql<JournalVersion[]>`
    select next_step, status, state from public.journal_version where id = ${id} and status in ('running', 'undoing') order by number`
}
