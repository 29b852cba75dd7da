import { expect, it } from 'vitest'
import { type Machines, openMachines } from './partition/machines.ts'
import { whyNoNetwork } from './partition/network.ts'
import { underLoad } from './services/rounds.ts'
import { pause } from './services/running.ts'
import type { Visitors } from './services/visitors.ts'

const SEED = Number(process.env.PANDO_TEST_SEED ?? 11)
const APART_MS = 4000
const TOGETHER_MS = 1500

const reason = whyNoNetwork()
if (reason) console.warn(`Skipped: tests of partitions, as network namespaces cannot be made here: ${reason}`)

it.skipIf(reason)(
  'machines that do not reach each other for a while (only where network namespaces can be made): everything adds up',
  async () => {
    const { buyers } = await underLoad({
      seed: SEED,
      open: openMachines,
      async disturb(machines, visitors) {
        const { network, names } = machines
        const apart = (what: string, begin: () => void, end: () => void) =>
          partition(machines, visitors, { what, begin, end })

        for (const name of names.filter((each) => each !== 'storefront')) {
          await apart(
            name,
            () => network.link(name, 'down'),
            () => network.link(name, 'up'),
          )
        }
        for (const group of [
          ['payments', 'orders'],
          ['cart', 'inventory', 'catalog'],
          ['orders', 'notifications', 'inventory'],
        ]) {
          await apart(
            group.join(' and '),
            () => network.divide(group),
            () => network.divide([]),
          )
        }
        // Requests arrive, and their answers do not.
        for (const callee of ['payments', 'inventory', 'cart']) {
          await apart(
            `answers of ${callee}`,
            () => network.mute(callee, 'orders', 'muted'),
            () => network.mute(callee, 'orders', 'heard'),
          )
        }
      },
    })
    expect(buyers.repeats).toBeGreaterThan(0)
  },
  600_000,
)

async function partition(
  machines: Machines,
  visitors: Visitors,
  { what, begin, end }: { what: string; begin: () => void; end: () => void },
): Promise<void> {
  visitors.dead = what
  begin()
  try {
    await pause(APART_MS)
  } finally {
    end()
  }
  await machines.untilReady()
  await visitors.untilWell()
  visitors.dead = 'nothing'
  await pause(TOGETHER_MS)
}
