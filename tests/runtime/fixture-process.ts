import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import { loadContracts, loadHosted } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { recordingLog } from '#runtime/rpc/testing.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import type { seats } from '#tests/fixtures/modules/seats/contract.ts'
import type { trips } from '#tests/fixtures/modules/trips/contract.ts'

const MODULES = fileURLToPath(new URL('../fixtures/modules', import.meta.url))
export const SECRET = 'a secret for tests of NATS only'

export interface FixtureProcess {
  shop: Shop
  calls: Calls<{ seats: typeof seats; trips: typeof trips }>
  /** The lines of its log so far. */
  logged: string[]
  stop(): Promise<void>
}

export interface FixtureProcessOptions {
  modules: string[]
  databaseUrl: string
  natsUrl: string
  /** Serve the public port. */
  http?: boolean
  clock?: () => Date
  /** False: deliver events only in `drain()`, as a command does. Default: true. */
  background?: boolean
}

/** Opens a process with some of the fixture modules. Events for modules of other processes go over NATS. */
export async function openFixtureProcess(options: FixtureProcessOptions): Promise<FixtureProcess> {
  const { log, logged } = recordingLog()
  const shop = await openShop({
    modules: await loadHosted(options.modules, MODULES),
    contracts: await loadContracts(MODULES),
    modulesDirectory: MODULES,
    network: { placement: new KnownPlacement({ version: 0, modules: {} }) },
    nats: { url: options.natsUrl, directly: new Set() },
    databaseUrl: options.databaseUrl,
    secret: SECRET,
    publicUrl: 'http://localhost:4000',
    dataDirectory: tmpdir(),
    log,
    environment: {},
    background: options.background ?? true,
    strict: true,
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.http ? { http: { port: 0, rateLimits: false, trustProxy: false } } : {}),
  })
  return { shop, calls: shop.callsAs(system('test')), logged, stop: () => shop.stop() }
}
