import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { seededRandom } from '#shared/random.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { removeDataDirectory, type ShopProcess, startShopProcess } from '#tests/support/shop-process.ts'
import { type DistributedShop, startDistributedShop } from '../topology/distributed-shop.ts'
import { type Acknowledged, buyUntilDead, checkAll } from './kill-rounds.ts'

/** Generous, for a busy machine. The actual time is printed. */
const RECOVERY_TIMEOUT_MS = 45_000
/** The longest time that a stop may take while the database does not answer. */
const MAX_STOP_MS = 10_000
/** An answer within this time after a kill may be that of a commit before the kill. */
const LATE_ANSWERS_MS = 500

const shops = {
  'one process': () => startShopProcess(),
  'two processes': () =>
    startDistributedShop({
      processes: {
        shop: 'all',
        sales: ['orders', 'inventory', 'catalog', 'payments'],
      },
    }),
}

for (const [name, open] of Object.entries(shops)) {
  it(`a shop of ${name} sells again after its database was killed, twice, and has every confirmed order`, async () => {
    const shop = await openForTest(open)
    const pids = await pidsIn(shop)
    const acknowledged: (Acknowledged & { at: number })[] = []
    let isOver = false
    const load = buyUntilDead(
      new ApiClient(shop.origin),
      seededRandom(1),
      (order) => acknowledged.push({ ...order, at: performance.now() }),
      () => isOver,
    )
    for (let round = 1; round <= 2; round++) {
      // From here on, answers come from the database that is running now
      const count = acknowledged.length
      await until(() => acknowledged.length > count + 5, RECOVERY_TIMEOUT_MS, shop)
      const killedAt = performance.now()
      await killDatabase(shop)
      const isAfterKill = ({ at }: { at: number }) => at > killedAt + LATE_ANSWERS_MS
      await until(() => acknowledged.some(isAfterKill), RECOVERY_TIMEOUT_MS, shop)
      const first = acknowledged.find(isAfterKill)!
      console.log(
        `${name}: the first order ${Math.round(first.at - killedAt)} ms after the database was killed`,
      )
    }
    isOver = true
    await load
    const recoveries = shop.output().match(/PostgreSQL answers again after [0-9.]+ s/g)
    console.log(`${name}: ${recoveries}`)
    expect(recoveries).toHaveLength(2)
    expect(await pidsIn(shop)).toEqual(pids)
    await checkAll(shop, acknowledged, shop.dataDirectory)
    expect(await shop.stop(), shop.output()).toBe(0)
  }, 300_000)

  it(`Ctrl-C stops a shop of ${name} within 10 s when its database cannot be restarted`, async () => {
    const shop = await openForTest(open)
    await takePortOfDatabase(shop)
    await until(() => shop.output().includes('does not start again'), RECOVERY_TIMEOUT_MS, shop)
    const began = performance.now()
    expect(await shop.stop(), shop.output()).toBe(0)
    expect(performance.now() - began, shop.output()).toBeLessThan(MAX_STOP_MS)
    expect(shop.output()).not.toContain('so the shop stops too')
  }, 240_000)
}

it('a shop whose database cannot be restarted prints the reason and exits', async () => {
  const shop = await openForTest(shops['one process'])
  await takePortOfDatabase(shop)
  await until(() => shop.output().includes('so the shop stops too'), RECOVERY_TIMEOUT_MS, shop)
  expect(await shop.stop()).toBe(1)
  expect(shop.output()).toContain('another program has taken its port')
}, 240_000)

type Shop = ShopProcess & Partial<Pick<DistributedShop, 'status'>>

/** The process ids of a shop, with the restarts of its processes. Throws when its main process has exited. */
async function pidsIn(shop: Shop): Promise<unknown[]> {
  process.kill(shop.pid, 0)
  const replicas = (await shop.status?.())?.replicas ?? []
  return [shop.pid, ...replicas.map(({ process, pid, restarts }) => ({ process, pid, restarts }))]
}

async function openForTest(open: () => Promise<Shop>): Promise<Shop> {
  const shop = await open()
  onTestFinished(async () => {
    await shop.kill()
    await removeDataDirectory(shop.dataDirectory)
  })
  return shop
}

/** Kills PostgreSQL as the system would when memory runs out. Returns its port. */
async function killDatabase({ dataDirectory }: ShopProcess): Promise<number> {
  const { pid, url } = (await findEmbedded(join(dataDirectory, 'postgres')))!
  process.kill(pid, 'SIGKILL')
  return Number(new URL(url).port)
}

/** Kills PostgreSQL, and occupies its port before the shop can restart it. */
async function takePortOfDatabase(shop: ShopProcess): Promise<void> {
  const occupier = createServer()
  onTestFinished(() => void occupier.close())
  const port = await killDatabase(shop)
  let taken: boolean
  do {
    taken = await new Promise((resolve) => {
      occupier.removeAllListeners()
      occupier.on('connection', (socket) => socket.destroy())
      occupier.once('error', () => setTimeout(resolve, 1, false))
      occupier.listen(port, '127.0.0.1', () => resolve(true))
    })
  } while (!taken)
}

async function until(condition: () => boolean, timeoutMs: number, shop: ShopProcess): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`The condition was not met within ${timeoutMs} ms. The shop printed:\n${shop.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
