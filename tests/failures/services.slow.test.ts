import { expect, it } from 'vitest'
import { kill, underLoad, victims } from './services/rounds.ts'
import { openServices, pause } from './services/running.ts'

const KILLS = Number(process.env.PANDO_TEST_KILLS ?? 40)
const SEED = Number(process.env.PANDO_TEST_SEED ?? 2026)
const PER_KILL_MS = 10_000

/** What a visitor who only looks does without. */
const NOT_NEEDED_TO_LOOK = ['accounts', 'cart', 'orders', 'payments', 'notifications']

it(
  `${KILLS} processes of a shop in eight are killed under load: nothing is lost, done twice or left, and who only looks notices nothing of most`,
  async () => {
    const took: number[] = []
    const { visitors } = await underLoad({
      seed: SEED,
      open: openServices,
      async disturb(services, watching, random) {
        for (const name of victims(services.names, KILLS, random)) {
          await pause(random() * 800)
          const ms = await kill(services, watching, name)
          took.push(ms)
        }
        const sorted = took.toSorted((a, b) => a - b)
        console.log(
          `${took.length} kills; up again after ${Math.round(sorted[Math.floor(sorted.length / 2)]!)} ms (median), ${Math.round(sorted.at(-1)!)} ms (longest)`,
        )
      },
    })
    for (const name of NOT_NEEDED_TO_LOOK)
      expect(visitors.seen[name]?.failed ?? 0, `with ${name} dead`).toBe(0)
  },
  120_000 + KILLS * PER_KILL_MS,
)
