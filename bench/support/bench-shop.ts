import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { catalog } from '#modules/catalog/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import { createLog } from '#runtime/base/log.ts'
import { system } from '#runtime/contract/caller.ts'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import { SECRET, type Server, START, startServer } from './processes.ts'

export const PRODUCTS = 10_000
const BATCH = 500
const STOCK = 10_000_000

/** A shop with 10,000 products. Its database server runs on the core of the load. */
export interface BenchShop {
  origin: string
  databaseUrl: string
  variantIds: string[]
  handles: string[]
  server: Server
  stop(): Promise<void>
}

export async function startBenchShop(): Promise<BenchShop> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  const { variantIds, handles } = await fill(database.url, directory)
  await vacuumAndCheckpoint(database.url)
  const port = 4790
  const server = await startServer(
    [...START, '--port', String(port), '--data', directory, '--no-sample'],
    'Ready in',
    { DATABASE_URL: database.url, PANDO_RATE_LIMITS: 'off', PANDO_LOG: 'warn', PANDO_SECRET: SECRET },
  )
  return {
    origin: `http://127.0.0.1:${port}`,
    databaseUrl: database.url,
    variantIds,
    handles,
    server,
    async stop() {
      await server.stop()
      await database.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Makes PostgreSQL vacuum and checkpoint now, which it would otherwise do during a later measurement. */
export async function vacuumAndCheckpoint(databaseUrl: string): Promise<void> {
  const sql = openPool({ url: databaseUrl, max: 1, name: 'bench' })
  await sql`vacuum (analyze)`
  await sql`checkpoint`
  await sql.end({ timeout: 5 })
}

async function fill(databaseUrl: string, dataDirectory: string) {
  const shop = await openShop({
    modules: await loadModules(),
    databaseUrl,
    secret: SECRET,
    publicUrl: 'http://localhost:4790',
    dataDirectory,
    log: createLog({ level: 'warn' }),
    environment: {},
    background: false,
  })
  const calls = shop.callsAs<{ catalog: typeof catalog; inventory: typeof inventory }>(system('bench'))
  const variantIds: string[] = []
  const handles: string[] = []
  for (let from = 0; from < PRODUCTS; from += BATCH) {
    const products = Array.from({ length: BATCH }, (_, i) => product(from + i))
    const { results } = await calls.catalog.importProducts({ products, dryRun: false })
    const ids = results.flatMap((result) => result.variantIds)
    await calls.inventory.importStock({
      items: ids.map((variantId) => ({ variantId, quantity: STOCK, backorder: false })),
      overwrite: false,
      dryRun: false,
    })
    variantIds.push(...ids)
    handles.push(...results.map((result) => result.handle))
  }
  await shop.drain()
  await shop.stop()
  return { variantIds, handles }
}

const COLOURS = ['amber', 'birch', 'charcoal', 'fern', 'honey', 'indigo', 'linen', 'moss', 'rust', 'slate']
const MATERIALS = ['ash', 'brass', 'ceramic', 'cotton', 'glass', 'oak', 'wool', 'leather', 'steel', 'cork']
const THINGS = [
  'lamp',
  'bowl',
  'chair',
  'blanket',
  'vase',
  'shelf',
  'bag',
  'cup',
  'rug',
  'clock',
  'desk',
  'basket',
  'mirror',
  'jug',
  'stool',
]
const ROOMS = ['Kitchen', 'Living room', 'Bedroom', 'Garden', 'Office']

/** Product number `n`. Of 10,000 products, 1,000 have the same colour and 1,000 the same material: searches match many. */
function product(n: number) {
  const colour = COLOURS[n % 10]!
  const material = MATERIALS[Math.floor(n / 10) % 10]!
  const thing = THINGS[Math.floor(n / 100) % THINGS.length]!
  const sizes = n % 2 === 0 ? ['Small', 'Large'] : ['One size']
  return {
    handle: `${colour}-${material}-${thing}-${n}`,
    title: `${colour} ${material} ${thing} ${n}`,
    descriptionHtml: `<p>A ${thing} of ${material} in ${colour}, made to be used every day for many years.</p>`,
    vendor: 'Pando',
    type: ROOMS[n % ROOMS.length]!,
    tags: [material, thing],
    published: true,
    options: sizes.length > 1 ? [{ name: 'Size', values: sizes }] : [],
    variants: sizes.map((size, i) => ({
      sku: `B-${n}-${i}`,
      optionValues: sizes.length > 1 ? [size] : [],
      price: { amount: 500 + ((n * 37) % 20_000) + i * 300, currency: 'EUR' },
      compareAtPrice: null,
      weightGrams: 400,
      requiresShipping: true,
      taxable: true,
      barcode: null,
      pictureUrl: null,
    })),
    pictures: [],
    seoTitle: '',
    seoDescription: '',
  }
}
