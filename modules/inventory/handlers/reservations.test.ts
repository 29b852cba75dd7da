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
  it('reserves pieces', async () => {
    const variantId = await stocked(10)
    await reserve({ [variantId]: 4 })
    expect(await available(variantId)).toBe(6)
  })

  it('reserves all lines or none, and returns each short line with its available pieces', async () => {
    const [plenty, few, none] = [await stocked(10), await stocked(2), newId('var')]
    const reserving = reserve({ [plenty]: 1, [few]: 3, [none]: 1 })
    await expect(reserving).rejects.toMatchObject({
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

  it('adds up two lines of one variant', async () => {
    const variantId = await stocked(3)
    const lines = [line(variantId, 2), line(variantId, 2)]
    const reserving = shop.calls.inventory.reserveStock({
      reservationId: newId('ord'),
      lines,
      expiresAt: inMinutes(15),
    })
    await expect(reserving).rejects.toMatchObject({
      data: { lines: [{ variantId, requested: 4, available: 3 }] },
    })
  })

  it('does nothing on a repeat, even if the first attempt reserved the last piece', async () => {
    const variantId = await stocked(1)
    const reservationId = await reserve({ [variantId]: 1 })
    await reserve({ [variantId]: 1 }, reservationId)
    expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 1 })
  })

  it('does nothing for the id of a released reservation', async () => {
    const variantId = await stocked(5)
    const reservationId = await reserve({ [variantId]: 1 })
    await shop.calls.inventory.releaseStock({ reservationId })
    await reserve({ [variantId]: 1 }, reservationId)
    expect(await available(variantId)).toBe(5)
  })

  it('always succeeds for untracked variants and variants with backorders', async () => {
    const [untracked, backordered] = [await stocked(null), await stocked(1, true)]
    await reserve({ [untracked]: 10_000, [backordered]: 10_000 })
    expect(await available(untracked)).toBeNull()
    expect(await available(backordered)).toBe(0)
  })

  it('gives 10 pieces to exactly 10 of 200 buyers at once', async () => {
    const variantId = await stocked(10)
    const buyers = Array.from({ length: 200 }, () => reserve({ [variantId]: 1 }))
    const results = await Promise.allSettled(buyers)
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(failures).toHaveLength(190)
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'OUT_OF_STOCK',
        data: { lines: [{ variantId, requested: 1, available: 0 }] },
      })
    }
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 10 })
  })

  it('makes one reservation when it is called several times in parallel with one id', async () => {
    const variantId = await stocked(1)
    const reservationId = newId('ord')
    await Promise.all(Array.from({ length: 20 }, () => reserve({ [variantId]: 1 }, reservationId)))
    expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 1 })
  })
})

describe('every change of a reservation', () => {
  // Transactions that lock rows in the same order cannot deadlock
  it.each(['reserveStock', 'takeStock', 'releaseStock', 'releaseExpired', 'restock'] as const)(
    'locks stock rows in the order of their ids: %s()',
    async (method) => {
      const { inventory } = shop.calls
      const [first, second] = [await stocked(10), await stocked(10)].sort()
      const reservationId = newId('ord')
      const reservation = {
        reservationId,
        lines: [line(second!, 1), line(first!, 1)],
        expiresAt: inMinutes(5),
      }
      if (method !== 'reserveStock') await inventory.reserveStock(reservation)
      if (method === 'restock') await inventory.takeStock({ reservationId })
      if (method === 'releaseExpired') shop.clock.advance(6 * MINUTE_MS)
      const operations = {
        reserveStock: () => inventory.reserveStock(reservation),
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
        // While it waits for the first row, it must not have locked the second
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

  it('takes the pieces once when it is called several times in parallel', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.takeStock({ reservationId })))
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('takes an expired reservation that was not released yet', async () => {
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
  it('releases a reservation once', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.releaseStock({ reservationId })))
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('does not change stock for a taken or unknown reservation', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.takeStock({ reservationId })
    await shop.calls.inventory.releaseStock({ reservationId })
    await shop.calls.inventory.releaseStock({ reservationId: newId('ord') })
    expect(await stockOf(variantId)).toEqual({ onHand: 6, reserved: 0 })
  })

  it('leaves nothing reserved when reserveStock() with the same id runs later or at the same time', async () => {
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
  it('returns the pieces of a sale once', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.takeStock({ reservationId })
    await Promise.all(Array.from({ length: 5 }, () => shop.calls.inventory.restock({ reservationId })))
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('releases an active reservation, so that a late takeStock() is refused', async () => {
    const variantId = await stocked(10)
    const reservationId = await reserve({ [variantId]: 4 })
    await shop.calls.inventory.restock({ reservationId })
    await expect(shop.calls.inventory.takeStock({ reservationId })).rejects.toMatchObject({
      code: 'RESERVATION_GONE',
    })
    await shop.calls.inventory.releaseStock({ reservationId })
    expect(await stockOf(variantId)).toEqual({ onHand: 10, reserved: 0 })
  })

  it('returns the pieces of a reservation that is taken at the same time', async () => {
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

  it('does nothing for an unknown reservation', async () => {
    const reservationId = newId('ord')
    await shop.calls.inventory.restock({ reservationId })
    expect(await shop.sql`select from inventory.reservation where id = ${reservationId}`).toHaveLength(0)
  })
})

describe('releaseExpired()', () => {
  it('releases expired reservations and keeps the others', async () => {
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

  it('either releases an expired reservation or leaves it to a concurrent takeStock()', async () => {
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
    for (const take of takes)
      if (take.status === 'rejected') expect(take.reason).toMatchObject({ code: 'RESERVATION_GONE' })
    expect(released.status).toBe('fulfilled')
    await shop.calls.inventory.releaseExpired({})
    expect(await stockOf(variantId)).toEqual({ onHand: 100 - sold, reserved: 0 })
  })
})

/** Creates a variant with this many pieces on hand; null: its stock is not tracked. */
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
