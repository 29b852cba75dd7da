import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['inventory'] })
})
afterAll(() => shop.stop())

describe('setStock()', () => {
  it('sets the pieces on hand, and records a movement when they change', async () => {
    const variantId = newId('var')
    const first = await shop.calls.inventory.setStock({ variantId, quantity: 5, backorder: false })
    expect(first).toEqual({
      variantId,
      available: 5,
      backorder: false,
      onHand: 5,
      reserved: 0,
      oversold: 0,
    })
    await shop.calls.inventory.setStock({ variantId, quantity: 3, backorder: true })
    await shop.calls.inventory.setStock({ variantId, quantity: 3, backorder: true })
    expect(await movements(variantId)).toEqual([5, -2])
  })

  it('keeps stock and movements consistent when counts are concurrent', async () => {
    const variantId = newId('var')
    const counts = [4, 7, 9, 12].map((quantity) =>
      shop.calls.inventory.setStock({ variantId, quantity, backorder: false }),
    )
    await Promise.all(counts)
    const { problems } = await shop.calls.inventory.auditStock({ limit: 1 })
    expect(problems).toEqual([])
  })

  it('returns the number of oversold pieces, and auditStock() reports it until a count finds none missing', async () => {
    const { inventory } = shop.calls
    const variantId = newId('var')
    const reservationId = newId('ord')
    const expiresAt = new Date(shop.clock.now().getTime() + 60_000).toISOString()
    await inventory.setStock({ variantId, quantity: 3, backorder: false })
    await inventory.reserveStock({ reservationId, lines: [{ variantId, quantity: 1 }], expiresAt })
    const count = { variantId, quantity: 0, backorder: false }
    const oversold = { available: 0, onHand: 0, reserved: 1, oversold: 1 }
    expect(await inventory.setStock(count)).toMatchObject(oversold)
    await inventory.takeStock({ reservationId })
    expect((await inventory.auditStock({ limit: 1 })).problems).toEqual([
      `"${variantId}" is oversold by 1: -1 on hand, 0 reserved. Count it again, buy more pieces, or cancel orders`,
    ])
    expect(await inventory.setStock(count)).toMatchObject({ onHand: 0, reserved: 0, oversold: 0 })
    expect((await inventory.auditStock({ limit: 1 })).problems).toEqual([])
  })

  it('accepts a negative count of a variant with backorders, and auditStock() reports no problem', async () => {
    const variantId = newId('var')
    await shop.calls.inventory.setStock({ variantId, quantity: -2, backorder: true })
    expect((await shop.calls.inventory.auditStock({ limit: 1 })).problems).toEqual([])
  })
})

describe('importStock()', () => {
  it('sets the stock of variants that were never counted, and keeps that of the others', async () => {
    const [known, fresh] = [newId('var'), newId('var')]
    await shop.calls.inventory.setStock({ variantId: known, quantity: 5, backorder: false })
    expect(await importStock([known, fresh], 8)).toEqual({ set: 1, kept: 1 })
    expect(await available([known, fresh])).toEqual([5, 8])
  })

  it('sets the stock of counted variants with `overwrite`, and reports unchanged ones as kept', async () => {
    const [equal, other] = [newId('var'), newId('var')]
    await shop.calls.inventory.setStock({ variantId: equal, quantity: 8, backorder: false })
    await shop.calls.inventory.setStock({ variantId: other, quantity: 5, backorder: false })
    expect(await importStock([equal, other], 8, { overwrite: true })).toEqual({ set: 1, kept: 1 })
    expect(await importStock([equal, other], 8, { overwrite: true })).toEqual({ set: 0, kept: 2 })
    expect(await available([equal, other])).toEqual([8, 8])
  })

  it.each([{ overwrite: false }, { overwrite: true }])(
    'returns the same result for a dry run, which changes nothing, as for the import: %o',
    async ({ overwrite }) => {
      const [known, fresh, empty] = [newId('var'), newId('var'), newId('var')]
      await shop.calls.inventory.setStock({ variantId: known, quantity: 5, backorder: false })
      await shop.calls.inventory.setStock({ variantId: empty, quantity: 0, backorder: false })
      const items = [
        { variantId: known, quantity: 6, backorder: false },
        { variantId: fresh, quantity: 0, backorder: false },
        { variantId: empty, quantity: 0, backorder: false },
      ]
      const dryRun = await shop.calls.inventory.importStock({ items, overwrite, dryRun: true })
      expect(await available([known, fresh])).toEqual([5, 0])
      expect(await shop.calls.inventory.importStock({ items, overwrite, dryRun: false })).toEqual(dryRun)
    },
  )

  it('applies the last of several items for a variant', async () => {
    const variantId = newId('var')
    const items = [3, 4].map((quantity) => ({ variantId, quantity, backorder: false }))
    expect(await shop.calls.inventory.importStock({ items, overwrite: false, dryRun: false })).toEqual({
      set: 1,
      kept: 0,
    })
    expect(await available([variantId])).toEqual([4])
  })

  it('needs at most six statements for 5,000 variants', async () => {
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
