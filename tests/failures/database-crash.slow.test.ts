import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { randomFrom } from '#tests/support/random.ts'
import { removeDataDirectory, type ShopProcess, startShopProcess } from '#tests/support/shop-process.ts'
import { type SpreadShop, startSpreadShop } from '../topology/spread-shop.ts'
import { type Acknowledged, buyUntilDead, checkAll } from './kill-rounds.ts'

/** Generous for a machine that is busy; it is printed how long it took. */
const BACK_MS = 45_000
/** One that cannot be asked waits for no longer than this when it is stopped. */
const STOP_MS = 10_000

const shops = {
  'one process': () => startShopProcess(),
  'two processes': () =>
    startSpreadShop({
      processes: {
        shop: ['storefront', 'accounts', 'cart', 'notifications'],
        sales: ['orders', 'inventory', 'catalog', 'payments'],
      },
    }),
}

for (const [name, open] of Object.entries(shops)) {
  it(`a shop of ${name} goes on selling after its database was killed, and has every order that it confirmed`, async () => {
    const shop = await opened(open)
    const pids = await pidsIn(shop)
    const acknowledged: (Acknowledged & { at: number })[] = []
    let isOver = false
    const load = buyUntilDead(
      new ApiClient(shop.origin),
      randomFrom(1),
      (order) => acknowledged.push({ ...order, at: performance.now() }),
      () => isOver,
    )
    for (let round = 1; round <= 2; round++) {
      // Whatever is answered from here on was asked of the database that is there now
      const count = acknowledged.length
      await until(() => acknowledged.length > count + 5, BACK_MS, shop)
      const killedAt = performance.now()
      await killDatabase(shop)
      await until(() => acknowledged.some(({ at }) => at > killedAt + 500), BACK_MS, shop)
      const first = acknowledged.find(({ at }) => at > killedAt + 500)!
      console.log(
        `${name}: the first order ${Math.round(first.at - killedAt)} ms after the database was killed`,
      )
    }
    isOver = true
    await load
    const back = shop.output().match(/PostgreSQL answers again after [0-9.]+ s/g)
    console.log(`${name}: ${back}`)
    expect(back).toHaveLength(2)
    expect(await pidsIn(shop)).toEqual(pids)
    await checkAll(shop, acknowledged, shop.dataDirectory)
    expect(await shop.stop(), shop.output()).toBe(0)
  }, 300_000)

  it(`Ctrl-C ends a shop of ${name} whose database does not come up again at once`, async () => {
    const shop = await opened(open)
    await takePortOfDatabase(shop)
    await until(() => shop.output().includes('does not come up again'), BACK_MS, shop)
    const began = performance.now()
    expect(await shop.stop(), shop.output()).toBe(0)
    expect(performance.now() - began, shop.output()).toBeLessThan(STOP_MS)
    expect(shop.output()).not.toContain('so the shop stops too')
  }, 240_000)
}

it('a shop whose database does not come up again says why and ends', async () => {
  const shop = await opened(shops['one process'])
  await takePortOfDatabase(shop)
  await until(() => shop.output().includes('so the shop stops too'), BACK_MS, shop)
  expect(await shop.stop()).toBe(1)
  expect(shop.output()).toContain('another program has taken its port')
}, 240_000)

type Shop = ShopProcess & Partial<Pick<SpreadShop, 'status'>>

async function pidsIn(shop: Shop): Promise<unknown[]> {
  process.kill(shop.pid, 0)
  const replicas = (await shop.status?.())?.replicas ?? []
  return [shop.pid, ...replicas.map(({ process, pid, restarts }) => ({ process, pid, restarts }))]
}

async function opened(open: () => Promise<Shop>): Promise<Shop> {
  const shop = await open()
  onTestFinished(async () => {
    await shop.kill()
    await removeDataDirectory(shop.dataDirectory)
  })
  return shop
}

/** Kills PostgreSQL as the system would when memory runs out; answers the port that it had. */
async function killDatabase({ dataDirectory }: ShopProcess): Promise<number> {
  const { pid, url } = (await findEmbedded(join(dataDirectory, 'postgres')))!
  process.kill(pid, 'SIGKILL')
  return Number(new URL(url).port)
}

/** Kills PostgreSQL and has its port as soon as that is free: before the next one has started. */
async function takePortOfDatabase(shop: ShopProcess): Promise<void> {
  const thief = createServer()
  onTestFinished(() => void thief.close())
  const port = await killDatabase(shop)
  let taken: boolean
  do {
    taken = await new Promise((resolve) => {
      thief.removeAllListeners()
      thief.on('connection', (socket) => socket.destroy())
      thief.once('error', () => setTimeout(resolve, 1, false))
      thief.listen(port, '127.0.0.1', () => resolve(true))
    })
  } while (!taken)
}

async function until(condition: () => boolean, timeoutMs: number, shop: ShopProcess): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`It did not come to it in ${timeoutMs} ms. The shop printed:\n${shop.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
