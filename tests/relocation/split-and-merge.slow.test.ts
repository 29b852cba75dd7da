import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveHistory } from './history.ts'
import {
  describeMove,
  expectAllWell,
  expectNothingFailed,
  MODULES,
  type MovingShop,
  startMovingShop,
  underLoad,
} from './moving-shop.ts'

/** What a shop has sold before: as many orders as a split must be able to carry. */
const ORDERS = Number(process.env.PANDO_TEST_ORDERS ?? 100_000)
/** Generous for a machine that is busy; the pauses are printed, and `npm run bench` has the bars. */
const WORST_PAUSE_MS = 2000
/** The longest deadline of a method that the visitors call. */
const DEADLINE_MS = 5000

let shop: MovingShop
const pauses: number[] = []
beforeAll(async () => {
  shop = await startMovingShop()
  await giveHistory(shop, ORDERS)
}, 600_000)
afterAll(() => shop.close())

describe(`with ${ORDERS} orders and visitors that do not wait`, () => {
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

  it('writers have not waited long', () => {
    const sorted = pauses.toSorted((a, b) => a - b)
    console.log(`pauses in ms: ${sorted.map((each) => Math.round(each)).join(', ')}`)
    expect(sorted).toHaveLength(2 * MODULES.length)
    expect(sorted.at(-1)).toBeLessThan(WORST_PAUSE_MS)
  })
})
