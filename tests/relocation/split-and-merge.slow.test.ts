import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  describeMove,
  expectAllWell,
  expectNothingFailed,
  MODULES,
  type MovingShop,
  startMovingShop,
  underLoad,
} from './moving-shop.ts'
import { addPastOrders } from './past-orders.ts'

/** Number of earlier orders, as many as a split must be able to move. */
const ORDERS = Number(process.env.PANDO_TEST_ORDERS ?? 100_000)
/** Generous, for a busy machine. The pauses are printed, and `npm run bench` checks stricter limits. */
const MAX_PAUSE_MS = 2000
/** The longest deadline of a method that the visitors call. */
const DEADLINE_MS = 5000

let shop: MovingShop
const pauses: number[] = []
beforeAll(async () => {
  shop = await startMovingShop()
  await addPastOrders(shop, ORDERS)
}, 600_000)
afterAll(() => shop.close())

describe(`with ${ORDERS} orders and visitors at a fixed rate`, () => {
  it.each(MODULES)(
    '%s is split off and merged back: no request fails, nothing is lost',
    async (module) => {
      for (const args of [
        ['split', module],
        ['merge', module, '--into', 'shop'],
      ]) {
        const { answer, load } = await underLoad(shop, () => shop.relocate(...args))
        console.log(describeMove(args.join(' '), answer, load))
        expect(answer.status?.state, answer.output).toBe('done')
        expectNothingFailed(load, args.join(' '))
        expect(load.max).toBeLessThan(DEADLINE_MS)
        pauses.push(answer.status!.pauseMs!)
      }
      await expectAllWell(shop)
    },
    180_000,
  )

  it('no move has paused writes for more than 2 s', () => {
    const sorted = pauses.toSorted((a, b) => a - b)
    console.log(`pauses in ms: ${sorted.map((each) => Math.round(each)).join(', ')}`)
    expect(sorted).toHaveLength(2 * MODULES.length)
    expect(sorted.at(-1)).toBeLessThan(MAX_PAUSE_MS)
  })
})
