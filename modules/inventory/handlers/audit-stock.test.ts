import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
let variantId: string
let taken: string
let active: string

beforeAll(async () => {
  shop = await openShop({ modules: ['inventory'] })
  variantId = newId('var')
  await shop.calls.inventory.setStock({ variantId, quantity: 10, backorder: false })
  ;[taken, active] = [await reserve(1), await reserve(2)]
  await shop.calls.inventory.takeStock({ reservationId: taken })
})
afterAll(() => shop.stop())

describe('auditStock()', () => {
  it('reports no problems for correct stock, and lists the reservations page by page', async () => {
    const first = await shop.calls.inventory.auditStock({ limit: 1 })
    expect(first.problems).toEqual([])
    const second = await shop.calls.inventory.auditStock({
      limit: 1,
      after: first.reservations[0]!.reservationId,
    })
    const last = await shop.calls.inventory.auditStock({
      limit: 1,
      after: second.reservations[0]!.reservationId,
    })
    expect(last.reservations).toEqual([])
    const all = [...first.reservations, ...second.reservations]
    expect(all).toHaveLength(2)
    expect(all).toContainEqual({ reservationId: taken, status: 'taken', lines: [{ variantId, quantity: 1 }] })
    expect(all).toContainEqual({
      reservationId: active,
      status: 'active',
      lines: [{ variantId, quantity: 2 }],
    })
  })

  it.each([
    [
      'a piece that appeared',
      'update inventory.stock set on_hand = on_hand + 1',
      () => [`"${variantId}" has 10 on hand, but its movements add up to 9`],
    ],
    [
      'a reserved piece without a reservation',
      'update inventory.stock set reserved = reserved + 1',
      () => [`"${variantId}" has 3 reserved, but its active reservations add up to 2`],
    ],
    [
      'a lost reservation',
      "delete from inventory.reservation where status = 'active'",
      () => [`"${variantId}" has 2 reserved, but its active reservations add up to 0`],
    ],
    [
      'a lost sale',
      "delete from inventory.movement where reason = 'sale'",
      () => [
        `"${variantId}" has 9 on hand, but its movements add up to 10`,
        `The sale of "${variantId}" for "${taken}" has no movement, but should have one of -1`,
      ],
    ],
    [
      'a sale of a reservation that was not taken',
      "update inventory.reservation set status = 'released' where status = 'taken'",
      () => [`The sale of "${variantId}" for "${taken}" has a movement of -1, but should have none`],
    ],
    [
      'stock that vanished',
      'delete from inventory.stock',
      () => [
        `"${variantId}" has 0 on hand, but its movements add up to 9`,
        `"${variantId}" has 0 reserved, but its active reservations add up to 2`,
      ],
    ],
  ])('reports %s', async (_what, damage, expected) => {
    await shop.sql`create table stock_copy as select * from inventory.stock`
    await shop.sql`create table reservation_copy as select * from inventory.reservation`
    await shop.sql`create table movement_copy as select * from inventory.movement`
    await shop.sql.unsafe(damage)
    const { problems } = await shop.calls.inventory.auditStock({ limit: 10 })
    await shop.sql`truncate inventory.stock, inventory.reservation, inventory.movement`
    await shop.sql`insert into inventory.stock select * from stock_copy`
    await shop.sql`insert into inventory.reservation select * from reservation_copy`
    await shop.sql`insert into inventory.movement select * from movement_copy`
    await shop.sql`drop table stock_copy, reservation_copy, movement_copy`
    expect(problems).toEqual(expected())
  })
})

async function reserve(quantity: number): Promise<string> {
  const reservationId = newId('ord')
  const expiresAt = new Date(shop.clock.now().getTime() + 60_000).toISOString()
  await shop.calls.inventory.reserveStock({ reservationId, lines: [{ variantId, quantity }], expiresAt })
  return reservationId
}
