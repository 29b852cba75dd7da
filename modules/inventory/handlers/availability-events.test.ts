import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  // The catalog subscribes to the event, so that it is kept until it is delivered
  shop = await openShop({ modules: ['inventory', 'catalog'] })
})
afterEach(() => shop.drain())
afterAll(() => shop.stop())

describe('availabilityChanged', () => {
  it('tells when the last piece is reserved, and not before', async () => {
    const variantId = await stocked(3)
    await reserve(variantId, 2)
    expect(await events(variantId)).toEqual([])
    await reserve(variantId, 1)
    expect(await events(variantId)).toEqual([false])
  })

  it('tells when a piece can be bought again after a release, an expiry or a return', async () => {
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
    expect(await events(variantId)).toEqual([false, true, false, true, false, true])
  })

  it('says nothing of a refused reservation and of a sale', async () => {
    const variantId = await stocked(2)
    const reservationId = await reserve(variantId, 1)
    await expect(reserve(variantId, 2)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    await shop.calls.inventory.takeStock({ reservationId })
    expect(await events(variantId)).toEqual([])
  })

  it('says nothing of what is not tracked or sells below zero', async () => {
    const [untracked, backordered] = [await stocked(null), await stocked(1, true)]
    for (const variantId of [untracked, backordered]) {
      const reservationId = await reserve(variantId, 5)
      await shop.calls.inventory.releaseStock({ reservationId })
      expect(await events(variantId)).toEqual([])
    }
  })

  it('tells when a count or an import changes it', async () => {
    const { inventory } = shop.calls
    const variantId = newId('var')
    const setting = { variantId, backorder: false }
    await inventory.importStock({ items: [{ ...setting, quantity: 0 }], overwrite: true, dryRun: false })
    expect(await events(variantId)).toEqual([])
    await inventory.importStock({ items: [{ ...setting, quantity: 5 }], overwrite: true, dryRun: false })
    await inventory.importStock({ items: [{ ...setting, quantity: 9 }], overwrite: true, dryRun: false })
    await inventory.setStock({ ...setting, quantity: 0 })
    await inventory.setStock({ ...setting, quantity: null })
    expect(await events(variantId)).toEqual([true, false, true])
  })

  it('ends with the truth, whatever happens at the same moment', async () => {
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
    const got = reservationIds.flatMap((id) => id ?? [])
    await Promise.all(got.map((reservationId) => shop.calls.inventory.releaseStock({ reservationId })))
    expect(got).toHaveLength(3)
    expect(await events(variantId)).toEqual([false, true])
  })
})

/** A new variant with stock, whose first event is delivered already. */
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

/** What waits to be told of a variant, oldest first. */
async function events(variantId: string): Promise<boolean[]> {
  const rows = await shop.sql<{ available: boolean }[]>`
    select (payload ->> 'available')::boolean as available
    from inventory.pando_outbox where aggregate = ${variantId} order by position`
  return rows.map((row) => row.available)
}
