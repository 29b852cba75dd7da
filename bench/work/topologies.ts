import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCommandShop } from '#cli/support/command-shop.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { ON_ONE_CORE } from '../support/cores.ts'
import { fillCart, openCart, placeOrder } from '../support/journey.ts'
import { closedLoop, HttpClient, openLoop, percentile } from '../support/load.ts'
import { cpuSecondsOfTree, processTree, residentMegabytes, START, startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const TOPOLOGIES = ['monolith', 'hybrid', 'microservices'] as const
const PORT = 4792
const CONCURRENCY = 16
const WARM_UP_SECONDS = 4
const THROUGHPUT_SECONDS = 10
/** Journeys started per second, even while earlier ones run. All topologies can handle this rate on one core. */
const STEADY_RATE = 15
const STEADY_SECONDS = 20
const ORDER_TARGET = 3
const STOCK = 10_000_000

type Kind = 'browse' | 'cart' | 'order'

interface Figures {
  topology: string
  processes: number
  /** At full speed. */
  journeysPerSecond: number
  requestsPerSecond: number
  cpuMsPerRequest: number
  megabytes: number
  /** At the steady rate, in milliseconds. */
  latency: Record<Kind | 'placeOrder', { p50: number; p99: number }>
}

/** The same load on each topology in turn, with all its processes on the server's core, if programs can be pinned. */
export async function measureTopologies(): Promise<Row[]> {
  const figures: Figures[] = []
  for (const topology of TOPOLOGIES) figures.push(await measureTopology(topology))
  const monolith = figures[0]!
  return figures.flatMap((each) => rowsOf(each, monolith))
}

async function measureTopology(topology: string): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-topology-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  const server = await startServer(
    [...START, '--topology', topology, '--port', String(PORT), '--data', directory],
    'Ready in',
    { DATABASE_URL: database.url, PANDO_RATE_LIMITS: 'off', PANDO_LOG: 'warn' },
  )
  const client = new HttpClient(`http://127.0.0.1:${PORT}`, CONCURRENCY)
  try {
    const shopper = await createShopper(client)
    await raiseStock(shopper.variantIds, { DATABASE_URL: database.url, PANDO_DATA: directory })
    await closedLoop(CONCURRENCY, WARM_UP_SECONDS, shopper.journey)
    const before = cpuSecondsOfTree(server.pid)
    shopper.reset()
    const full = await closedLoop(CONCURRENCY, THROUGHPUT_SECONDS, shopper.journey)
    const cpuMs = (cpuSecondsOfTree(server.pid) - before) * 1000
    const { requests } = shopper
    shopper.reset()
    await openLoop(STEADY_RATE, STEADY_SECONDS, shopper.journey)
    const pids = processTree(server.pid)
    return {
      topology,
      // Without the supervisor, which the monolith does not have
      processes: topology === 'monolith' ? 1 : pids.length - 1,
      journeysPerSecond: full.perSecond,
      requestsPerSecond: (full.perSecond * requests) / full.done,
      cpuMsPerRequest: cpuMs / requests,
      megabytes: pids.reduce((sum, pid) => sum + residentMegabytes(pid), 0),
      latency: shopper.latency(),
    }
  } finally {
    await client.close()
    await server.stop()
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Sets more stock of each variant than the load can buy. */
async function raiseStock(variantIds: readonly string[], environment: Record<string, string>): Promise<void> {
  const { shop, close } = await openCommandShop(environment)
  try {
    const calls = shop.callsAs<{ inventory: typeof inventory }>(system('bench'))
    await calls.inventory.importStock({
      items: variantIds.map((variantId) => ({ variantId, quantity: STOCK, backorder: false })),
      overwrite: true,
      dryRun: false,
    })
  } finally {
    await close()
  }
}

/** Creates a shopper. Of a hundred journeys, 80 browse, 15 fill a cart and 5 place an order. */
async function createShopper(client: HttpClient) {
  const { items } = JSON.parse(await client.get('/api/v1/products?limit=100')) as {
    items: { handle: string; variants: { id: string; available: boolean }[] }[]
  }
  const variants = items.flatMap((product) => product.variants.filter((each) => each.available))
  const variantIds = variants.map((variant) => variant.id)
  const pages = [
    (_n: number) => '/',
    (n: number) => `/products/${items[n % items.length]!.handle}`,
    (_n: number) => '/api/v1/products?limit=20',
    (n: number) => `/api/v1/products/${items[n % items.length]!.handle}`,
    (n: number) => `/api/v1/products?query=${['lamp', 'wool', 'oak', 'cup', 'stool'][n % 5]}&limit=20`,
  ]
  const times: Record<Kind | 'placeOrder', number[]> = { browse: [], cart: [], order: [], placeOrder: [] }
  const shopper = {
    variantIds,
    requests: 0,
    reset() {
      shopper.requests = 0
      for (const list of Object.values(times)) list.length = 0
    },
    latency() {
      const summary = (list: number[]) => ({ p50: percentile(list, 0.5), p99: percentile(list, 0.99) })
      return {
        browse: summary(times.browse),
        cart: summary(times.cart),
        order: summary(times.order),
        placeOrder: summary(times.placeOrder),
      }
    },
    async journey(n: number) {
      const kind: Kind = n % 20 === 7 ? 'order' : n % 20 < 3 ? 'cart' : 'browse'
      const began = performance.now()
      if (kind === 'browse') {
        await client.get(pages[n % pages.length]!(n * 31))
        shopper.requests += 1
      } else if (kind === 'cart') {
        await openCart(client, variantIds[(n * 7919) % variantIds.length]!)
        shopper.requests += 2
      } else {
        const cart = await fillCart(client, variantIds, n)
        const orderedAt = performance.now()
        await placeOrder(client, cart)
        times.placeOrder.push(performance.now() - orderedAt)
        shopper.requests += 7
      }
      times[kind].push(performance.now() - began)
    },
  }
  return shopper
}

function rowsOf(each: Figures, monolith: Figures): Row[] {
  const times = (factor: number) => (each === monolith ? '' : ` (${factor.toFixed(2)} of the monolith)`)
  const { latency } = each
  const order = latency.placeOrder.p50 / monolith.latency.placeOrder.p50
  return [
    {
      work: `${each.topology}: ${each.processes} process${each.processes === 1 ? '' : 'es'}${ON_ONE_CORE}, 80 % browse, 15 % cart, 5 % order`,
      figure: `${each.requestsPerSecond.toFixed(0)} requests/s${times(each.requestsPerSecond / monolith.requestsPerSecond)}; ${each.cpuMsPerRequest.toFixed(2)} s of CPU per 1,000 requests${times(each.cpuMsPerRequest / monolith.cpuMsPerRequest)}; ${each.megabytes.toFixed(0)} MB`,
      target: null,
      met: null,
      data: {
        processes: each.processes,
        requestsPerSecond: each.requestsPerSecond,
        cpuMsPerRequest: each.cpuMsPerRequest,
        megabytes: each.megabytes,
      },
    },
    {
      work: `${each.topology}: ${STEADY_RATE} journeys/s`,
      figure: `place order p50 ${latency.placeOrder.p50.toFixed(0)} ms, p99 ${latency.placeOrder.p99.toFixed(0)} ms${times(order)}; browse p50 ${latency.browse.p50.toFixed(1)} ms, p99 ${latency.browse.p99.toFixed(0)} ms; cart p50 ${latency.cart.p50.toFixed(0)} ms, p99 ${latency.cart.p99.toFixed(0)} ms`,
      target:
        each.topology === 'microservices' ? `place order at most ${ORDER_TARGET} times the monolith's` : null,
      met: each.topology === 'microservices' ? order <= ORDER_TARGET : null,
      data: {
        orderP50: latency.placeOrder.p50,
        orderP99: latency.placeOrder.p99,
        orderRatio: order,
        browseP50: latency.browse.p50,
        cartP50: latency.cart.p50,
      },
    },
  ]
}
