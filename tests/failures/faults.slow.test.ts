import { expect, it } from 'vitest'
import { underLoad } from './services/rounds.ts'
import { openServices, pause, type Services } from './services/running.ts'
import { withSeeds } from './services/seeds.ts'

const SEEDS = (process.env.PANDO_TEST_SEEDS ?? '1,2').split(',').map(Number)
const LOAD_MS = Number(process.env.PANDO_TEST_LOAD_MS ?? 20_000)
/** Longer than the deadline of most calls: the caller has left when it arrives. */
const FAULTS = 'lose=0.02,cut=0.02,delay=0.01:6000,duplicate=0.03,reorder=0.03'

it(
  `requests are lost, cut off, late, doubled and overtaken, by the seeds ${SEEDS.join(', ')}: everything adds up`,
  () =>
    withSeeds(SEEDS, async (seed) => {
      await underLoad({
        seed,
        open: () => openServices({ PANDO_FAULTS: `seed=${seed},${FAULTS}` }),
        async disturb(services) {
          await pause(LOAD_MS)
          const met = ['lose', 'cut', 'delay', 'duplicate', 'reorder'].map(
            (fault) => services.output().split(`"fault":"${fault}"`).length - 1,
          )
          console.log(`seed ${seed}: lost, cut off, late, doubled, overtaken: ${met.join(', ')}`)
          expect(Math.min(...met)).toBeGreaterThan(0)
        },
      })
    }),
  SEEDS.length * (LOAD_MS + 240_000),
)

it('the database of one service after the other is stopped for a while under load: everything adds up', async () => {
  await underLoad({
    seed: 7,
    open: openServices,
    async disturb(services, visitors) {
      for (const name of services.names.filter((each) => each !== 'storefront')) {
        visitors.dead = `database of ${name}`
        await services.database(name, 'stopped')
        await pause(3000)
        await services.database(name, 'running')
        await services.untilReady(name)
        visitors.dead = 'nothing'
        await pause(1000)
      }
    },
  })
}, 420_000)

it('processes that are stopped and go on later do nothing twice, although others have taken over what they did', async () => {
  await underLoad({
    seed: 8,
    open: openServices,
    async disturb(services, visitors) {
      for (const name of services.names) {
        visitors.dead = `stopped ${name}`
        const pid = name === 'orders' ? await stopAmidWork(services) : await services.signal(name, 'SIGSTOP')
        await pause(3000)
        if (name === 'orders') await takeOver(services)
        process.kill(pid, 'SIGCONT')
        await services.untilReady(name)
        visitors.dead = 'nothing'
        await pause(500)
      }
    },
  })
}, 420_000)

/** Stops the orders' process at a moment at which checkouts are under way in it. */
async function stopAmidWork(services: Services): Promise<number> {
  const { relaxedSql } = services.shop.modules.get('orders')!
  for (let tries = 0; tries < 200; tries++) {
    const pid = await services.signal('orders', 'SIGSTOP')
    const open = await relaxedSql`select from orders.pando_workflow where status in ('running', 'undoing')`
    if (open.length > 0) return pid
    process.kill(pid, 'SIGCONT')
    await pause(20)
  }
  throw new Error('Cannot stop orders amid its work: no checkout was ever under way')
}

/** Lets another process go on with the checkouts of one that is stopped, as if their leases were over. */
async function takeOver({ shop }: Services): Promise<void> {
  const orders = shop.modules.get('orders')!
  const taken = await orders.relaxedSql`
    update orders.pando_workflow set wake_at = now() where status in ('running', 'undoing') returning id`
  for (let round = 0; round < 5; round++) await shop.engine.recover(orders)
  expect(taken.length).toBeGreaterThan(0)
  console.log(`${taken.length} checkouts were under way in a stopped process, and taken over`)
}
