import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  // The outbox stores an event only if an installed module reacts to it: the catalog does
  shop = await openShop({ modules: ['inventory', 'catalog'] })
})
afterEach(() => shop.drain())
afterAll(() => shop.stop())

describe('availabilityChanged', () => {
  it('is emitted when the last piece is reserved, and not before', async () => {
    const variantId = await stocked(3)
    await reserve(variantId, 2)
    expect(await availabilityEvents(variantId)).toEqual([])
    await reserve(variantId, 1)
    expect(await availabilityEvents(variantId)).toEqual([false])
  })

  it('is emitted when a release, an expiry or a return makes a sold-out variant available', async () => {
    const { inventory } = shop.calls
    const variantId = await stocked(2)
    const first = await reserve(variantId, 1)
    const second = await reserve(variantId, 1)
    await inventory.takeStock({ reservationId: first })
    await inventory.releaseStock({ reservationId: second })
    await reserve(variantId, 1)
    await inventory.restock({ reservationId: first })
    await reserve(variantId, 1)
    shop.clock.advance(60_000)
    await inventory.releaseExpired({})
    // Sold out three times; available again after the release, the return and the expiry
    expect(await availabilityEvents(variantId)).toEqual([false, true, false, true, false, true])
  })

  it('is not emitted for a refused reservation or a sale', async () => {
    const variantId = await stocked(2)
    const reservationId = await reserve(variantId, 1)
    await expect(reserve(variantId, 2)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await availabilityEvents(variantId)).toEqual([])
  })

  it('is not emitted for untracked variants and variants with backorders', async () => {
    const [untracked, backordered] = [await stocked(null), await stocked(1, true)]
    for (const variantId of [untracked, backordered]) {
      const reservationId = await reserve(variantId, 5)
      await shop.calls.inventory.releaseStock({ reservationId })
      expect(await availabilityEvents(variantId)).toEqual([])
    }
  })

  it('is emitted when a count or an import changes availability', async () => {
    const { inventory } = shop.calls
    const variantId = newId('var')
    const setting = { variantId, backorder: false }
    await inventory.importStock({ items: [{ ...setting, quantity: 0 }], overwrite: true, dryRun: false })
    expect(await availabilityEvents(variantId)).toEqual([])
    await inventory.importStock({ items: [{ ...setting, quantity: 5 }], overwrite: true, dryRun: false })
    await inventory.importStock({ items: [{ ...setting, quantity: 9 }], overwrite: true, dryRun: false })
    await inventory.setStock({ ...setting, quantity: 0 })
    await inventory.setStock({ ...setting, quantity: null })
    expect(await availabilityEvents(variantId)).toEqual([true, false, true])
  })

  it('is emitted once for 40 concurrent reservations of 3 pieces, and once for the concurrent releases', async () => {
    const variantId = await stocked(3)
    const reservationIds = await Promise.all(
      Array.from({ length: 40 }, async () => {
        try {
          return await reserve(variantId, 1)
        } catch {
          return undefined
        }
      }),
    )
    const reserved = reservationIds.flatMap((id) => id ?? [])
    await Promise.all(reserved.map((reservationId) => shop.calls.inventory.releaseStock({ reservationId })))
    expect(reserved).toHaveLength(3)
    expect(await availabilityEvents(variantId)).toEqual([false, true])
  })
})

/** Creates a variant with this many pieces on hand (null: not tracked), and delivers its first event. */
async function stocked(quantity: number | null, backorder = false): Promise<string> {
  const variantId = newId('var')
  await shop.calls.inventory.setStock({ variantId, quantity, backorder })
  await shop.drain()
  return variantId
}

async function reserve(variantId: string, quantity: number): Promise<string> {
  const reservationId = newId('ord')
  const expiresAt = new Date(shop.clock.now().getTime() + 30_000).toISOString()
  await shop.calls.inventory.reserveStock({ reservationId, lines: [{ variantId, quantity }], expiresAt })
  return reservationId
}

/** The values of `available` in the undelivered events of a variant, oldest first. */
async function availabilityEvents(variantId: string): Promise<boolean[]> {
  const rows = await shop.sql<{ available: boolean }[]>`
    select (payload ->> 'available')::boolean as available
    from inventory.pando_outbox where aggregate = ${variantId} order by position`
  return rows.map((row) => row.available)
}
