import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { transaction } from '#runtime/database/transaction.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['inventory'] })
})
afterAll(() => shop.stop())

const MINUTE_MS = 60_000

describe('reserveStock()', () => {
  it('sets pieces aside', async () => {
    const variantId = await stocked(10)
    await reserve({ [variantId]: 4 })
    expect(await available(variantId)).toBe(6)
  })

  it('reserves all lines or none, and names each short one with what is left', async () => {
    const [plenty, few, none] = [await stocked(10), await stocked(2), newId('var')]
    const wish = reserve({ [plenty]: 1, [few]: 3, [none]: 1 })
    await expect(wish).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      status: 409,
      data: {
        lines: [
          { variantId: few, requested: 3, available: 2 },
          { variantId: none, requested: 1, available: 0 },
        ].sort((a, b) => (a.variantId < b.variantId ? -1 : 1)),
      },
    })
    expect(await available(plenty)).toBe(10)
  })

  it('counts two lines of one variant together', async () => {
    const variantId = await stocked(3)
    const lines = [line(variantId, 2), line(variantId, 2)]
    const wish = shop.calls.inventory.reserveStock({
      reservationId: newId('ord'),
      lines,
      expiresAt: inMinutes(15),
    })
    await expect(wish).rejects.toMatchObject({ data: { lines: [{ variantId, requested: 4, available: 3 }] } })
  })

  it('does nothing when it is repeated, also when the first attempt took the last piece', async () => {
    const variantId = await stocked(1)
    const reservationId = await reserve({ [variantId]: 1 })
    await reserve({ [variantId]: 1 }, reservationId)
    expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 1 })
  })

  it('does nothing when a released reservation is repeated: a new attempt has a new id', async () => {
    const variantId = await stocked(5)
    const reservationId = await reserve({ [variantId]: 1 })
    await shop.calls.inventory.releaseStock({ reservationId })
    await reserve({ [variantId]: 1 }, reservationId)
    expect(await available(variantId)).toBe(5)
  })

  it('has always enough of what is not tracked or sells below zero', async () => {
    const [untracked, backordered] = [await stocked(null), await stocked(1, true)]
    await reserve({ [untracked]: 10_000, [backordered]: 10_000 })
    expect(await available(untracked)).toBeNull()
    expect(await available(backordered)).toBe(0)
  })

  it('gives 10 pieces to exactly 10 of 200 buyers at once', async () => {
    const variantId = await stocked(10)
    const buyers = Array.from({ length: 200 }, () => reserve({ [variantId]: 1 }))
    const results = await Promise.allSettled(buyers)
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refusals).toHaveLength(190)
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        code: 'OUT_OF_STOCK',
        data: { lines: [{ variantId, requested: 1, available: 0 }] },
      })
    }
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 10 })
  })

  it('answers repeats at the same moment alike, with one reservation', async () => {
    const variantId = await stocked(1)
    const reservationId = newId('ord')
    await Promise.all(Array.from({ length: 20 }, () => reserve({ [variantId]: 1 }, reservationId)))
    expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 1 })
  })
})

describe('every change of a reservation', () => {
  // Two that lock the same rows in the same order wait for each other in turn, and never in a circle
  it.each(['reserveStock', 'takeStock', 'releaseStock', 'releaseExpired', 'restock'] as const)(
    'locks stock rows in the order of their ids: %s()',
    async (method) => {
      const { inventory } = shop.calls
      const [first, second] = [await stocked(10), await stocked(10)].sort()
      const reservationId = newId('ord')
      const wish = { reservationId, lines: [line(second!, 1), line(first!, 1)], expiresAt: inMinutes(5) }
      if (method !== 'reserveStock') await inventory.reserveStock(wish)
      if (method === 'restock') await inventory.takeStock({ reservationId })
      if (method === 'releaseExpired') shop.clock.advance(6 * MINUTE_MS)
      const operations = {
        reserveStock: () => inventory.reserveStock(wish),
        takeStock: () => inventory.takeStock({ reservationId }),
        releaseStock: () => inventory.releaseStock({ reservationId }),
        releaseExpired: () => inventory.releaseExpired({}),
        restock: () => inventory.restock({ reservationId }),
      }

      let operation: Promise<unknown> | undefined
      await transaction(shop.sql, async (sql) => {
        await sql`select from inventory.stock where variant_id = ${first!} for update`
        operation = operations[method]()
        await vi.waitFor(async () => {
          const waiting = await sql`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
          expect(waiting).toHaveLength(1)
        })
        // While it waits for the first row, the second must be free
        await sql`select from inventory.stock where variant_id = ${second!} for update nowait`
      })
      await operation
    },
  )
})

describe('takeStock()', () => {
  it('turns a reservation into a sale', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('takes once, however often and parallel it is asked', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.takeStock({ reservationId })))
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('takes what is overdue but was not given back yet', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    shop.clock.advance(16 * MINUTE_MS)
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('refuses a reservation that is released, restocked or unknown', async () => {
    const variantId = await stocked(10)
    const released = await reserve({ [variantId]: 1 })
    await shop.calls.inventory.releaseStock({ reservationId: released })
    const restocked = await reserve({ [variantId]: 1 })
    await shop.calls.inventory.takeStock({ reservationId: restocked })
    await shop.calls.inventory.restock({ reservationId: restocked })
    for (const reservationId of [released, restocked, newId('ord')]) {
      const taking = shop.calls.inventory.takeStock({ reservationId })
      await expect(taking).rejects.toMatchObject({ code: 'RESERVATION_GONE', status: 409 })
    }
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })
})

describe('releaseStock()', () => {
  it('gives a reservation back, once', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.releaseStock({ reservationId })))
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('does nothing to what is taken or unknown', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.takeStock({ reservationId })
    await shop.calls.inventory.releaseStock({ reservationId })
    await shop.calls.inventory.releaseStock({ reservationId: newId('ord') })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('keeps a request for the same reservation that comes too late, or at once, from having any effect', async () => {
    const variantId = await stocked(10)
    const late = newId('ord')
    await shop.calls.inventory.releaseStock({ reservationId: late })
    await reserve({ [variantId]: 4 }, late)
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
    for (let round = 0; round < 10; round++) {
      const reservationId = newId('ord')
      await Promise.all([
        reserve({ [variantId]: 4 }, reservationId),
        shop.calls.inventory.releaseStock({ reservationId }),
      ])
    }
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })
})

describe('restock()', () => {
  it('puts the pieces of a sale back, once', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.takeStock({ reservationId })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.restock({ reservationId })))
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('gives back what was not sold yet, so that a late request to take it is refused', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.restock({ reservationId })
    await expect(shop.calls.inventory.takeStock({ reservationId })).rejects.toMatchObject({
      code: 'RESERVATION_GONE',
    })
    await shop.calls.inventory.releaseStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('gives back what is taken at the same moment', async () => {
    const variantId = await stocked(200)
    for (let round = 0; round < 50; round++) {
      const reservationId = await reserve({ [variantId]: 4 })
      await Promise.allSettled([
        shop.calls.inventory.takeStock({ reservationId }),
        shop.calls.inventory.restock({ reservationId }),
      ])
      expect(await stockOf(variantId)).toEqual({ onHand: 200, reserved: 0 })
    }
  })

  it('does nothing to what nobody reserved', async () => {
    const reservationId = newId('ord')
    await shop.calls.inventory.restock({ reservationId })
    expect(await shop.sql`select from inventory.reservation where id = ${reservationId}`).toHaveLength(0)
  })
})

describe('releaseExpired()', () => {
  it('gives back what is overdue and leaves the rest', async () => {
    const variantId = await stocked(10)
    await reserve({ [variantId]: 1 }, newId('ord'), inMinutes(5))
    await reserve({ [variantId]: 2 }, newId('ord'), inMinutes(5))
    await reserve({ [variantId]: 3 }, newId('ord'), inMinutes(50))
    const taken = await reserve({ [variantId]: 4 }, newId('ord'), inMinutes(5))
    await shop.calls.inventory.takeStock({ reservationId: taken })
    shop.clock.advance(6 * MINUTE_MS)
    await shop.runJob('inventory.releaseExpired')
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 3 })
  })

  it('loses to a sale or wins over it, but never does half of each', async () => {
    const variantId = await stocked(100)
    const reservationIds = await Promise.all(
      Array.from({ length: 30 }, () => reserve({ [variantId]: 1 }, newId('ord'), inMinutes(5))),
    )
    shop.clock.advance(6 * MINUTE_MS)
    const [released, ...takes] = await Promise.allSettled([
      shop.calls.inventory.releaseExpired({}),
      ...reservationIds.map((reservationId) => shop.calls.inventory.takeStock({ reservationId })),
    ])
    const sold = takes.filter((take) => take.status === 'fulfilled').length
    expect(released.status).toBe('fulfilled')
    await shop.calls.inventory.releaseExpired({})
    expect(await stockOf(variantId)).toEqual({ onHand: 100 - sold, reserved: 0 })
  })
})

/** A new variant with this many pieces. */
async function stocked(quantity: number | null, backorder = false): Promise<string> {
  const variantId = newId('var')
  await shop.calls.inventory.setStock({ variantId, quantity, backorder })
  return variantId
}

async function reserve(
  pieces: Record<string, number>,
  reservationId = newId('ord'),
  expiresAt = inMinutes(15),
) {
  const lines = Object.entries(pieces).map(([variantId, quantity]) => line(variantId, quantity))
  await shop.calls.inventory.reserveStock({ reservationId, lines, expiresAt })
  return reservationId
}

function line(variantId: string, quantity: number) {
  return { variantId, quantity }
}

function inMinutes(minutes: number): string {
  return new Date(shop.clock.now().getTime() + minutes * MINUTE_MS).toISOString()
}

async function available(variantId: string) {
  const { items } = await shop.calls.inventory.getAvailability({ variantIds: [variantId] })
  return items[0]!.available
}

async function stockOf(variantId: string) {
  const [row] = await shop.sql`
    select on_hand as "onHand", reserved from inventory.stock where variant_id = ${variantId}`
  return { ...row }
}
