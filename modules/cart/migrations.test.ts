import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { customer } from './handlers/testing.ts'
import { aLine } from './rules/testing.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['cart'] })
})
afterAll(() => shop.stop())

const NOW = '2026-11-30T12:00:00Z'

/** Writes carts as they were before the migration. The last one is the newest. */
async function writeCarts(
  customerId: string,
  carts: { quantities: Record<string, number>; expired?: true }[],
) {
  const ids: string[] = []
  for (const [minute, { quantities, expired }] of carts.entries()) {
    const id = newId('crt')
    ids.push(id)
    const lines = Object.entries(quantities).map(([variantId, quantity]) =>
      aLine({ id: newId('lin'), variantId, quantity, title: `from cart ${minute}` }),
    )
    await shop.sql`
      insert into cart.cart (id, token_hash, customer_id, currency, lines, created_at, changed_at, expires_at)
      values (${id}, '', ${customerId}, 'EUR', ${shop.sql.json(lines as never)}, ${NOW},
        ${new Date(Date.parse(NOW) + minute * 60_000)}, ${expired ? '2020-01-01' : '2099-01-01'})`
  }
  return ids
}

it('the migration leaves each customer one open cart, with the lines of all their carts', async () => {
  // The indexes before the migration
  await shop.sql`drop index cart.cart_open`
  await shop.sql`create index cart_customer on cart.cart (customer_id) where customer_id is not null`
  const [ann, bob, cid] = [newId('cus'), newId('cus'), newId('cus')]
  const anns = await writeCarts(ann, [
    { quantities: { var_a: 2, var_b: 600 } },
    { quantities: { var_old: 1 }, expired: true },
    { quantities: { var_b: 700, var_c: 1 } },
  ])
  const [bobs] = await writeCarts(bob, [{ quantities: { var_a: 1 } }])
  const cids = await writeCarts(cid, [{ quantities: {} }, { quantities: {} }])
  const { problems } = await shop.calls.cart.auditCarts({ limit: 10 })
  expect(problems!.toSorted()).toEqual(
    [
      `customer ${ann}: has 3 open carts, ${anns.toSorted().join(', ')}`,
      `customer ${cid}: has 2 open carts, ${cids.toSorted().join(', ')}`,
    ].toSorted(),
  )
  await shop.sql.unsafe(
    await readFile(new URL('./migrations/0002-one-open-cart.sql', import.meta.url), 'utf8'),
  )

  const report = await shop.calls.cart.auditCarts({ limit: 10 })
  expect(report.problems).toEqual([])
  const rows = await shop.sql<
    { id: string; lines: { variantId: string; quantity: number; title: string }[] }[]
  >`
    select id, lines from cart.cart where status = 'open' and merged_into is null`
  expect(rows.map(({ id }) => id).sort()).toEqual([anns[2], bobs, cids[1]].sort())
  expect(rows.find(({ id }) => id === anns[2])!.lines).toMatchObject([
    // 600 and 700 pieces: more than a line can hold
    { variantId: 'var_b', quantity: 999, title: 'from cart 2' },
    { variantId: 'var_c', quantity: 1 },
    { variantId: 'var_a', quantity: 2, title: 'from cart 0' },
  ])
  expect(rows.find(({ id }) => id === bobs)!.lines).toMatchObject([{ variantId: 'var_a', quantity: 1 }])
  expect(await customer(shop, ann).createCart({})).toMatchObject({ id: anns[2], lines: { length: 3 } })
})
