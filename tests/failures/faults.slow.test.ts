import { expect, it } from 'vitest'
import { openServices, pause, type Services } from './services/open-services.ts'
import { underLoad } from './services/rounds.ts'
import { withSeeds } from './services/seeds.ts'

const SEEDS = (process.env.PANDO_TEST_SEEDS ?? '1,2').split(',').map(Number)
const LOAD_MS = Number(process.env.PANDO_TEST_LOAD_MS ?? 20_000)
/** Shares of requests. A delayed one arrives after 6 s, when most callers have given up. */
const FAULTS = 'lose=0.02,cut=0.02,delay=0.01:6000,duplicate=0.03,reorder=0.03'

it(
  `the data add up after lost, cut, delayed, duplicated and reordered requests (seeds ${SEEDS.join(', ')})`,
  () =>
    withSeeds(SEEDS, async (seed) => {
      await underLoad({
        seed,
        open: () => openServices({ PANDO_FAULTS: `seed=${seed},${FAULTS}` }),
        async disturb(services) {
          await pause(LOAD_MS)
          const counts = ['lose', 'cut', 'delay', 'duplicate', 'reorder'].map(
            (fault) => services.output().split(`"fault":"${fault}"`).length - 1,
          )
          console.log(`seed ${seed}: lost, cut, delayed, duplicated, reordered: ${counts.join(', ')}`)
          expect(Math.min(...counts)).toBeGreaterThan(0)
        },
      })
    }),
  SEEDS.length * (LOAD_MS + 240_000),
)

it('the data add up after the database of each service was unavailable for 3 s under load', async () => {
  await underLoad({
    seed: 7,
    open: openServices,
    async disturb(services, visitors) {
      for (const name of services.names.filter((each) => each !== 'storefront')) {
        visitors.disturbed = `database of ${name}`
        await services.database(name, 'stopped')
        await pause(3000)
        await services.database(name, 'running')
        await services.untilReady(name)
        visitors.disturbed = 'nothing'
        await pause(1000)
      }
    },
  })
}, 420_000)

it('processes that are suspended under load and resumed do nothing twice, although others took over their workflows', async () => {
  await underLoad({
    seed: 8,
    open: openServices,
    async disturb(services, visitors) {
      for (const name of services.names) {
        visitors.disturbed = `suspended ${name}`
        const pid =
          name === 'orders' ? await suspendDuringCheckout(services) : await services.signal(name, 'SIGSTOP')
        await pause(3000)
        if (name === 'orders') await takeOver(services)
        process.kill(pid, 'SIGCONT')
        await services.untilReady(name)
        visitors.disturbed = 'nothing'
        await pause(500)
      }
    },
  })
}, 420_000)

/** Suspends the process of orders while checkouts are running in it. */
async function suspendDuringCheckout(services: Services): Promise<number> {
  const { relaxedSql } = services.shop.modules.get('orders')!
  for (let tries = 0; tries < 200; tries++) {
    const pid = await services.signal('orders', 'SIGSTOP')
    const open = await relaxedSql`select from orders.pando_workflow where status in ('running', 'undoing')`
    if (open.length > 0) return pid
    process.kill(pid, 'SIGCONT')
    await pause(20)
  }
  throw new Error('Cannot suspend orders during a checkout: none was ever running')
}

/** Has another process resume the checkouts of the suspended one, as if their leases had expired. */
async function takeOver({ shop }: Services): Promise<void> {
  const orders = shop.modules.get('orders')!
  const taken = await orders.relaxedSql`
    update orders.pando_workflow set wake_at = now() where status in ('running', 'undoing') returning id`
  for (let round = 0; round < 5; round++) await shop.engine.recover(orders)
  expect(taken.length).toBeGreaterThan(0)
  console.log(`${taken.length} checkouts of a suspended process were taken over`)
}
