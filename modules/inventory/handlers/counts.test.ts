import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['inventory'] })
})
afterAll(() => shop.stop())

describe('setStock()', () => {
  it('sets what is on hand and explains it by movements', async () => {
    const variantId = newId('var')
    const first = await shop.calls.inventory.setStock({ variantId, quantity: 5, backorder: false })
    expect(first).toEqual({ variantId, available: 5, backorder: false })
    await shop.calls.inventory.setStock({ variantId, quantity: 3, backorder: true })
    await shop.calls.inventory.setStock({ variantId, quantity: 3, backorder: true })
    expect(await movements(variantId)).toEqual([5, -2])
  })

  it('counts the pieces of parallel counts once', async () => {
    const variantId = newId('var')
    const counts = [4, 7, 9, 12].map((quantity) =>
      shop.calls.inventory.setStock({ variantId, quantity, backorder: false }),
    )
    await Promise.all(counts)
    const { problems } = await shop.calls.inventory.auditStock({ limit: 1 })
    expect(problems).toEqual([])
  })

  it('is for staff with the permission', async () => {
    const count = { variantId: newId('var'), quantity: 1, backorder: false }
    const guest = shop.as({ kind: 'guest' }).inventory.setStock(count)
    await expect(guest).rejects.toMatchObject({ status: 401 })
    const clerk = shop.as({ kind: 'staff', staffId: newId('stf'), permissions: ['orders.read'] })
    await expect(clerk.inventory.setStock(count)).rejects.toMatchObject({ status: 403 })
    const storekeeper = shop.as({ kind: 'staff', staffId: newId('stf'), permissions: ['inventory.write'] })
    expect(await storekeeper.inventory.setStock(count)).toMatchObject({ available: 1 })
  })
})

describe('importStock()', () => {
  it('sets the stock of variants that have none and keeps that of the others', async () => {
    const [known, fresh] = [newId('var'), newId('var')]
    await shop.calls.inventory.setStock({ variantId: known, quantity: 5, backorder: false })
    expect(await importStock([known, fresh], 8)).toEqual({ set: 1, kept: 1 })
    expect(await available([known, fresh])).toEqual([5, 8])
  })

  it('overwrites when told to, and counts what is as it should be as kept', async () => {
    const [equal, other] = [newId('var'), newId('var')]
    await shop.calls.inventory.setStock({ variantId: equal, quantity: 8, backorder: false })
    await shop.calls.inventory.setStock({ variantId: other, quantity: 5, backorder: false })
    expect(await importStock([equal, other], 8, { overwrite: true })).toEqual({ set: 1, kept: 1 })
    expect(await importStock([equal, other], 8, { overwrite: true })).toEqual({ set: 0, kept: 2 })
    expect(await available([equal, other])).toEqual([8, 8])
  })

  it.each([{ overwrite: false }, { overwrite: true }])(
    'tells in a dry run what it would do: %o',
    async ({ overwrite }) => {
      const [known, fresh, empty] = [newId('var'), newId('var'), newId('var')]
      await shop.calls.inventory.setStock({ variantId: known, quantity: 5, backorder: false })
      await shop.calls.inventory.setStock({ variantId: empty, quantity: 0, backorder: false })
      const items = [
        { variantId: known, quantity: 6, backorder: false },
        { variantId: fresh, quantity: 0, backorder: false },
        { variantId: empty, quantity: 0, backorder: false },
      ]
      const foretold = await shop.calls.inventory.importStock({ items, overwrite, dryRun: true })
      expect(await available([known, fresh])).toEqual([5, 0])
      expect(await shop.calls.inventory.importStock({ items, overwrite, dryRun: false })).toEqual(foretold)
    },
  )

  it('takes the last word on a variant that comes twice', async () => {
    const variantId = newId('var')
    const items = [3, 4].map((quantity) => ({ variantId, quantity, backorder: false }))
    expect(await shop.calls.inventory.importStock({ items, overwrite: false, dryRun: false })).toEqual({
      set: 1,
      kept: 0,
    })
    expect(await available([variantId])).toEqual([4])
  })

  it('needs a handful of statements for 5,000 variants', async () => {
    const variantIds = Array.from({ length: 5000 }, () => newId('var'))
    const statements = await shop.statementsDuring(() => importStock(variantIds, 1))
    expect(statements.length).toBeLessThanOrEqual(6)
    expect(await shop.calls.inventory.getAvailability({ variantIds: variantIds.slice(-2) })).toMatchObject({
      items: [{ available: 1 }, { available: 1 }],
    })
  })
})

function importStock(variantIds: string[], quantity: number, { overwrite = false } = {}) {
  const items = variantIds.map((variantId) => ({ variantId, quantity, backorder: false }))
  return shop.calls.inventory.importStock({ items, overwrite, dryRun: false })
}

async function available(variantIds: string[]) {
  const { items } = await shop.calls.inventory.getAvailability({ variantIds })
  return items.map((item) => item.available)
}

async function movements(variantId: string): Promise<number[]> {
  const rows = await shop.sql<{ delta: number }[]>`
    select delta from inventory.movement where variant_id = ${variantId} order by moved_at, delta desc`
  return rows.map((row) => row.delta)
}
