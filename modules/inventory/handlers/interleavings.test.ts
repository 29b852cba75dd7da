import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Failure } from '#runtime/contract/failure.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['inventory'] })
})
afterAll(() => shop.stop())

const VARIANTS = 3
const RESERVATIONS = 4
const INITIAL = 6

type Operation =
  | { kind: 'reserve'; reservation: number; pieces: number[]; expired: boolean }
  | { kind: 'take' | 'release' | 'restock'; reservation: number }
  | { kind: 'expire' }

const reservation = fc.nat({ max: RESERVATIONS - 1 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant('reserve' as const),
    reservation,
    pieces: fc
      .array(fc.nat({ max: 4 }), { minLength: VARIANTS, maxLength: VARIANTS })
      .filter((pieces) => pieces.some(Boolean)),
    expired: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('take' as const, 'release' as const, 'restock' as const), reservation }),
  fc.record({ kind: fc.constant('expire' as const) }),
)

it('has the same result and stock as the model after each operation', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      const { variantIds, run } = await setUpStock()
      const model = new Model()
      for (const operation of operations) {
        expect(await run(operation), JSON.stringify(operation)).toBe(model.run(operation))
        expect(await stock(variantIds)).toEqual(model.stock)
      }
      expect(await problems()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

it('loses no piece when operations run concurrently', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
      const { variantIds, run } = await setUpStock()
      const outcomes = await Promise.all(operations.map(run))
      expect(
        outcomes.filter((outcome) => !['done', 'OUT_OF_STOCK', 'RESERVATION_GONE'].includes(outcome)),
      ).toEqual([])
      for (const { onHand, reserved } of await stock(variantIds)) {
        expect(reserved).toBeGreaterThanOrEqual(0)
        expect(onHand).toBeGreaterThanOrEqual(reserved)
        expect(onHand).toBeLessThanOrEqual(INITIAL)
      }
      expect(await problems()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

/** Creates variants with stock, and returns a function that runs operations on reservations of them. */
async function setUpStock() {
  const variantIds = Array.from({ length: VARIANTS }, () => newId('var'))
  const reservationIds = Array.from({ length: RESERVATIONS }, () => newId('ord'))
  const items = variantIds.map((variantId) => ({ variantId, quantity: INITIAL, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: false, dryRun: false })

  async function run(operation: Operation): Promise<string> {
    const { inventory } = shop.calls
    try {
      if (operation.kind === 'expire') {
        await inventory.releaseExpired({})
        return 'done'
      }
      const reservationId = reservationIds[operation.reservation]!
      if (operation.kind === 'take') await inventory.takeStock({ reservationId })
      if (operation.kind === 'release') await inventory.releaseStock({ reservationId })
      if (operation.kind === 'restock') await inventory.restock({ reservationId })
      if (operation.kind === 'reserve') {
        const lines = operation.pieces.flatMap((quantity, i) =>
          quantity ? { variantId: variantIds[i]!, quantity } : [],
        )
        const expiresAt = new Date(shop.clock.now().getTime() + (operation.expired ? -1 : 1)).toISOString()
        await inventory.reserveStock({ reservationId, lines, expiresAt })
      }
      return 'done'
    } catch (error) {
      return (error as Failure).code
    }
  }
  return { variantIds, run }
}

async function stock(variantIds: string[]): Promise<{ onHand: number; reserved: number }[]> {
  const rows = await shop.sql<{ id: string; onHand: number; reserved: number }[]>`
    select variant_id as id, on_hand as "onHand", reserved from inventory.stock where variant_id = any(${variantIds})`
  return variantIds.map((id) => {
    const { onHand, reserved } = rows.find((row) => row.id === id)!
    return { onHand, reserved }
  })
}

async function problems(): Promise<string[]> {
  return (await shop.calls.inventory.auditStock({ limit: 1 })).problems
}

/** The expected behaviour of the inventory module, in memory. Reservations are identified by their index. */
class Model {
  readonly stock = Array.from({ length: VARIANTS }, () => ({ onHand: INITIAL, reserved: 0 }))
  readonly #reservations = new Map<number, { status: string; pieces: number[]; expired: boolean }>()

  run(operation: Operation): string {
    if (operation.kind === 'reserve') return this.#reserve(operation)
    if (operation.kind === 'expire') {
      for (const [id, { status, expired }] of this.#reservations)
        if (status === 'active' && expired) this.#release(id)
      return 'done'
    }
    const found = this.#reservations.get(operation.reservation)
    switch (operation.kind) {
      case 'release':
        if (found?.status === 'active') this.#release(operation.reservation)
        // Later requests to reserve with this id have no effect
        if (!found)
          this.#reservations.set(operation.reservation, { status: 'released', pieces: [], expired: false })
        return 'done'
      case 'restock':
        // Later requests to take this reservation fail
        if (found?.status === 'active') this.#release(operation.reservation)
        if (found?.status !== 'taken') return 'done'
        found.status = 'restocked'
        this.#move(found.pieces, { onHand: 1, reserved: 0 })
        return 'done'
      case 'take':
        if (found?.status === 'taken') return 'done'
        if (found?.status !== 'active') return 'RESERVATION_GONE'
        found.status = 'taken'
        this.#move(found.pieces, { onHand: -1, reserved: -1 })
        return 'done'
    }
  }

  #reserve({ reservation, pieces, expired }: Extract<Operation, { kind: 'reserve' }>): string {
    if (this.#reservations.has(reservation)) return 'done'
    const short = this.stock.some(({ onHand, reserved }, i) => onHand - reserved < pieces[i]!)
    if (short) return 'OUT_OF_STOCK'
    this.#reservations.set(reservation, { status: 'active', pieces, expired })
    this.#move(pieces, { onHand: 0, reserved: 1 })
    return 'done'
  }

  #release(id: number): void {
    const found = this.#reservations.get(id)!
    found.status = 'released'
    this.#move(found.pieces, { onHand: 0, reserved: -1 })
  }

  /** Adds the pieces of each variant, multiplied by 1, 0 or -1. */
  #move(pieces: number[], factor: { onHand: number; reserved: number }): void {
    for (const [i, stock] of this.stock.entries()) {
      stock.onHand += factor.onHand * pieces[i]!
      stock.reserved += factor.reserved * pieces[i]!
    }
  }
}
