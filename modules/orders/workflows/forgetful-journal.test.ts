import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Order } from '../contract.ts'
import {
  cutOff,
  fillCart,
  piecesLeft,
  placeOrder,
  recoverWorkflows,
  type Shopper,
  sellProduct,
} from '../testing.ts'

interface Written {
  next_step: number
  status: string
  state: unknown
}

const PIECES = 10

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ loopback: true })
  // Under the rights of whoever looks, not of the module that writes.
  await shop.sql.unsafe(`
    create table public.written (number int generated always as identity, id text, next_step int, status text, state jsonb);
    create function public.keep_written() returns trigger language plpgsql security definer as $$
    begin
      insert into public.written (id, next_step, status, state) values (new.id, new.next_step, new.status, new.state);
      return new;
    end $$;
    create trigger keep_written after insert or update on orders.pando_workflow
    for each row execute function public.keep_written()`)
})
afterAll(() => shop.stop())

/**
 * How far a workflow is gets written while it goes on, and may be lost with the process or the database. Steps that were
 * taken are then taken again, by a workflow that may learn more than the first time: a payment that has been recorded is
 * told without the provider's reference, for example.
 */
describe('a checkout whose steps are in other processes, when its journal has forgotten some of them', () => {
  it.each([
    ['tok_ok', 'confirmed', PIECES - 2],
    ['tok_declined', 'cancelled', PIECES],
  ])('ends the same from everything that was ever written: %s', async (token, status, pieces) => {
    const variantId = await sellProduct(shop, PIECES)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    await placeOrder(shop, shopper, token).catch(() => {})
    const order = await orderOf(shopper)
    expect(order.status).toBe(status)
    const history = await writtenOf(order.id)
    expect(new Set(history.map(({ next_step }) => next_step)).size).toBeGreaterThan(4)

    for (const written of history) {
      await forget(order.id, written)
      await recoverWorkflows(shop)
      expect(await shop.calls.orders.getOrder({ orderId: order.id }), JSON.stringify(written)).toEqual(order)
      expect(await piecesLeft(shop, variantId)).toBe(pieces)
    }
  })

  it('gives everything back when it is cancelled before it goes on, whatever was forgotten', async () => {
    await shop.sql.unsafe(`
      create function public.refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger refuse before update on orders.placed_order
      for each row when (new.status = 'confirmed') execute function public.refuse()`)
    const { history } = await stopBeforeConfirmed()
    // It can be cancelled once there is an order.
    const steps = new Set(history.map(({ next_step }) => next_step).filter((step) => step >= 3))
    expect(steps.size).toBeGreaterThan(2)

    for (const step of steps) {
      const { order, history } = await stopBeforeConfirmed()
      const written = history.find(({ next_step }) => next_step === step)!
      await forget(order.id, written)
      const cancelled = await shop.as(order.caller).orders.cancelOrder({ orderId: order.id })
      expect(cancelled, JSON.stringify(written)).toMatchObject({
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

describe('a checkout that is cancelled while payments are away', () => {
  const isPayments = (method: string) => method.startsWith('payments.')

  it('gives its goods and its cart back at once, when it has asked for no payment', async () => {
    const variantId = await sellProduct(shop, PIECES)
    const shopper = await fillCart(shop, { [variantId]: 2 })
    const comeBack = cutOff(shop, isPayments)
    try {
      const { id, status } = await placeOrder(shop, shopper)
      expect(status).toBe('pending')
      const cancelled = await shop.as(shopper.caller).orders.cancelOrder({ orderId: id })
      expect(cancelled.status).toBe('cancelled')
      expect(await piecesLeft(shop, variantId)).toBe(PIECES)
    } finally {
      comeBack()
    }
  })

  it('waits for them when it may have, and has forgotten it', async () => {
    const { order, history } = await stopBeforeConfirmed()
    await forget(order.id, history.find(({ next_step }) => next_step === 3)!)
    const comeBack = cutOff(shop, isPayments)
    try {
      // It is tried again first, and waits for them.
      await recoverWorkflows(shop)
      const { status } = await shop.as(order.caller).orders.cancelOrder({ orderId: order.id })
      expect(status).toBe('pending')
      expect(await piecesLeft(shop, order.variantId)).toBe(PIECES)
    } finally {
      comeBack()
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

/** A checkout that is paid and has taken its goods, and cannot be confirmed. */
async function stopBeforeConfirmed() {
  const variantId = await sellProduct(shop, PIECES)
  const shopper = await fillCart(shop, { [variantId]: 2 })
  expect((await placeOrder(shop, shopper)).status).toBe('pending')
  const { id } = await orderOf(shopper)
  return { order: { id, variantId, caller: shopper.caller }, history: await writtenOf(id) }
}

/** The order that came of the shopper's cart, also of one that was cancelled. */
async function orderOf({ cartId }: Shopper): Promise<Order> {
  const [row] = await shop.sql<{ id: string }[]>`select id from orders.placed_order where cart_id = ${cartId}`
  return shop.calls.orders.getOrder({ orderId: row!.id })
}

/** Takes the journal back to what it once was, as the loss of a machine does. */
async function forget(id: string, { next_step, status, state }: Written): Promise<void> {
  await shop.sql`
    update orders.pando_workflow
    set next_step = ${next_step}, status = ${status}, state = ${shop.sql.json(state as never)},
      answer = null, failure = null, attempts = 0, wake_at = ${shop.clock.now()}, ended_at = null
    where id = ${id}`
}

async function writtenOf(id: string): Promise<Written[]> {
  return shop.sql<Written[]>`
    select next_step, status, state from public.written where id = ${id} and status in ('running', 'undoing') order by number`
}
