import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { Order } from '../contract.ts'
import { fillCart, piecesLeft, placeOrder, recoverWorkflows, type Shopper, sellProduct } from '../testing.ts'

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
      await shop.sql`
        update orders.pando_workflow
        set next_step = ${written.next_step}, status = ${written.status}, state = ${shop.sql.json(written.state as never)},
          answer = null, failure = null, attempts = 0, wake_at = ${shop.clock.now()}, ended_at = null
        where id = ${order.id}`
      await recoverWorkflows(shop)
      expect(await shop.calls.orders.getOrder({ orderId: order.id }), JSON.stringify(written)).toEqual(order)
      expect(await piecesLeft(shop, variantId)).toBe(pieces)
    }
  })
})

/** The order that came of the shopper's cart, also of one that was cancelled. */
async function orderOf({ cartId }: Shopper): Promise<Order> {
  const [row] = await shop.sql<{ id: string }[]>`select id from orders.placed_order where cart_id = ${cartId}`
  return shop.calls.orders.getOrder({ orderId: row!.id })
}

async function writtenOf(id: string): Promise<Written[]> {
  return shop.sql<Written[]>`
    select next_step, status, state from public.written where id = ${id} and status in ('running', 'undoing') order by number`
}
