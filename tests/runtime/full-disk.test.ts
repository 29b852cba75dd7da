import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ http: true })
})
afterAll(() => shop.stop())

/** Makes writes to a table fail with an error code of PostgreSQL during `work`. */
async function withFailingWrites(table: string, code: string, work: () => Promise<void>): Promise<void> {
  await shop.sql.unsafe(`
    create function public.refuse() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '${code}'; end $$;
    create trigger refuse before insert or update on ${table} for each row execute function public.refuse()`)
  try {
    await work()
  } finally {
    await shop.sql.unsafe(`drop trigger refuse on ${table}; drop function public.refuse()`)
  }
}

it.each([
  ['53100', 'its disk is full'],
  ['53200', 'its memory is full'],
  ['25006', 'it accepts no writes'],
])('a write that fails with %s (%s) is answered as unavailable, with Retry-After', async (code, reason) => {
  await withFailingWrites('cart.cart', code, async () => {
    const response = await fetch(`${shop.origin}/api/v1/carts`, { method: 'POST' })
    expect(await response.json()).toMatchObject({
      code: 'UNAVAILABLE',
      detail: expect.stringContaining(`the database cannot execute a statement: ${reason}. Try again`),
    })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
  })
  expect((await fetch(`${shop.origin}/api/v1/carts`, { method: 'POST' })).status).toBe(201)
})

it('an event whose consumer has a full disk still waits after 10 retries, and is not parked', async () => {
  const variantId = newId('var')
  await withFailingWrites('catalog.pando_inbox', '53100', async () => {
    await shop.calls.inventory.setStock({ variantId, quantity: 10, backorder: false })
    for (let tries = 0; tries < 10; tries++) {
      await shop.drain()
      shop.clock.advance(3_600_000)
    }
    expect(await shop.drain()).toEqual({ waiting: 1, parked: 0 })
  })
})
