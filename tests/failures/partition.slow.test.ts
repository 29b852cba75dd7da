import { expect, it } from 'vitest'
import { type Machines, openMachines } from './partition/machines.ts'
import { reasonWithoutNetwork } from './partition/network.ts'
import { pause } from './services/open-services.ts'
import { underLoad } from './services/rounds.ts'
import type { Visitors } from './services/visitors.ts'

const SEED = Number(process.env.PANDO_TEST_SEED ?? 11)
const PARTITION_MS = 4000
const RECOVERY_MS = 1500

const reason = reasonWithoutNetwork()
if (reason)
  console.warn(`Skipped: tests of partitions, because network namespaces cannot be made here: ${reason}`)

it.skipIf(reason)(
  'the data add up after partitions of the network (only where network namespaces can be made)',
  async () => {
    const { buyers } = await underLoad({
      seed: SEED,
      open: openMachines,
      async disturb(machines, visitors) {
        const { network, names } = machines
        const withPartition = (what: string, begin: () => void, end: () => void) =>
          partition(machines, visitors, { what, begin, end })

        for (const name of names.filter((each) => each !== 'storefront')) {
          await withPartition(
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
          await withPartition(
            group.join(' and '),
            () => network.divide(group),
            () => network.divide([]),
          )
        }
        // Requests arrive, but their answers do not
        for (const callee of ['payments', 'inventory', 'cart']) {
          await withPartition(
            `answers of ${callee}`,
            () => network.block(callee, 'orders', 'blocked'),
            () => network.block(callee, 'orders', 'open'),
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
  visitors.disturbed = what
  begin()
  try {
    await pause(PARTITION_MS)
  } finally {
    end()
  }
  await machines.untilReady()
  await visitors.untilWell()
  visitors.disturbed = 'nothing'
  await pause(RECOVERY_MS)
}
