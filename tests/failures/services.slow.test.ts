import { expect, it } from 'vitest'
import { openServices, pause } from './services/open-services.ts'
import { kill, underLoad, victims } from './services/rounds.ts'

const KILLS = Number(process.env.PANDO_TEST_KILLS ?? 40)
const SEED = Number(process.env.PANDO_TEST_SEED ?? 2026)
const PER_KILL_MS = 10_000

const NOT_NEEDED_TO_BROWSE = ['accounts', 'cart', 'orders', 'payments', 'notifications']

it(
  `after ${KILLS} kills under load, nothing is lost, done twice or unfinished, and most kills do not affect browsing`,
  async () => {
    const recoveries: number[] = []
    const { visitors } = await underLoad({
      seed: SEED,
      open: openServices,
      async disturb(services, watching, random) {
        for (const name of victims(services.names, KILLS, random)) {
          await pause(random() * 800)
          const ms = await kill(services, watching, name)
          recoveries.push(ms)
        }
        const sorted = recoveries.toSorted((a, b) => a - b)
        console.log(
          `${recoveries.length} kills; ready again after ${Math.round(sorted[Math.floor(sorted.length / 2)]!)} ms (median), ${Math.round(sorted.at(-1)!)} ms (longest)`,
        )
      },
    })
    for (const name of NOT_NEEDED_TO_BROWSE)
      expect(visitors.seen[name]?.failed ?? 0, `with ${name} dead`).toBe(0)
  },
  120_000 + KILLS * PER_KILL_MS,
)
