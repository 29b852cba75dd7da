import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedRules } from '#cli/import/seed-sample.ts'
import type { accounts } from '#modules/accounts/contract.ts'
import type { cart } from '#modules/cart/contract.ts'
import type { catalog } from '#modules/catalog/contract.ts'
import type { inventory } from '#modules/inventory/contract.ts'
import type { notifications } from '#modules/notifications/contract.ts'
import type { orders } from '#modules/orders/contract.ts'
import type { payments } from '#modules/payments/contract.ts'
import type { pricing } from '#modules/pricing/contract.ts'
import { createLog } from '#runtime/base/log.ts'
import { type Caller, system } from '#runtime/contract/caller.ts'
import { openPool, type Pool } from '#runtime/database/pool.ts'
import type { TrustedProxies } from '#runtime/http/trust-proxy.ts'
import type { Calls, Needs } from '#runtime/module/context.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { openShop as openRealShop } from '#runtime/process/shop.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { TestClock } from './clock.ts'
import { createDatabase } from './database.ts'
import { migratedTemplate } from './migrated-template.ts'

/** The contracts that tests call without naming them. A shop has all modules in `modules/`, whether listed here or not. */
export type AllModules = {
  accounts: typeof accounts
  cart: typeof cart
  catalog: typeof catalog
  inventory: typeof inventory
  notifications: typeof notifications
  orders: typeof orders
  payments: typeof payments
  pricing: typeof pricing
}

/** A real shop for one test file, with a real database, a role for each module, and answers checked against contracts. */
export interface TestShop {
  /** The methods of the modules, with the system as caller. */
  calls: Calls<AllModules>
  /** The methods of the modules with this caller. `Of`: contracts by name, for a module that AllModules lacks. */
  as<Of extends Needs = AllModules>(caller: Caller): Calls<Of>
  /** A connection as superuser, to read rows. */
  sql: Pool
  /** URL of the database of all its modules. */
  databaseUrl: string
  clock: TestClock
  /** Its origin for HTTP if it was opened with `http`, else empty. */
  origin: string
  shop: Shop
  /** Delivers events until none is due, and returns how many are waiting and parked. */
  drain(): Promise<{ waiting: number; parked: number }>
  /** Runs a command of a module as its job does. `name` is `module.method`. */
  runJob(name: string): Promise<unknown>
  /** Returns all statements that the shop sent to the database during `work`. */
  statementsDuring(work: () => Promise<unknown>): Promise<string[]>
  stop(): Promise<void>
}

export interface TestShopOptions {
  /** Modules to load, together with those that they need. Default: all. */
  modules?: string[]
  /** Serve the API and the pages over HTTP. Default: false. */
  http?: boolean
  /** Port for HTTP. Default: a free port. */
  port?: number
  /** Run jobs and deliver events in the background. Default: false, so that tests control them. */
  background?: boolean
  /** Send calls between modules over HTTP, and repeatable ones twice. Default: true if PANDO_TEST_MODE is `loopback`. */
  loopback?: boolean
  /** Give each module its own database role. Default: true. */
  enforceRoles?: boolean
  /** Limit the rate of HTTP requests. Default: false. */
  rateLimits?: boolean
  /** Maximum number of database connections. Default: that of a real shop. */
  databaseConnections?: number
  /** Proxies whose X-Forwarded-For is trusted. Default: none. */
  trustProxy?: TrustedProxies
  /** Use the real time instead of a TestClock. Default: false. */
  realTime?: boolean
  /** Settings, as environment variables. Default: none. */
  environment?: Record<string, string>
  /** Default: http://localhost:4000. */
  publicUrl?: string
  /** Folder of the modules. Default: `modules/`. */
  modulesDirectory?: string
  /** The taxes, shipping methods and promotions of the sample, or none. Default: those of the sample. */
  rules?: 'sample' | 'none'
}

export async function openShop(options: TestShopOptions = {}): Promise<TestShop> {
  const hasAllModules = options.modules === undefined && options.modulesDirectory === undefined
  const database = await createDatabase(hasAllModules ? await migratedTemplate() : undefined)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'pando-shop-'))
  const clock = new TestClock()
  const statements: string[] = []
  const shop = await openRealShop({
    modules: await loadModules(options.modules, options.modulesDirectory),
    ...(options.modulesDirectory ? { modulesDirectory: options.modulesDirectory } : {}),
    databaseUrl: database.url,
    ...(options.databaseConnections ? { databaseConnections: options.databaseConnections } : {}),
    secret: 'a secret for tests only',
    publicUrl: options.publicUrl ?? 'http://localhost:4000',
    dataDirectory,
    log: createLog({ level: process.env.PANDO_LOG ?? 'silent' }),
    environment: options.environment ?? {},
    background: options.background ?? false,
    strict: true,
    enforceRoles: options.enforceRoles ?? true,
    loopback: options.loopback ?? process.env.PANDO_TEST_MODE === 'loopback',
    onStatement: (statement) => statements.push(statement),
    ...(options.realTime ? {} : { clock: () => clock.now() }),
    ...(options.http
      ? {
          http: {
            port: options.port ?? 0,
            rateLimits: options.rateLimits ?? false,
            trustProxy: options.trustProxy ?? false,
          },
        }
      : {}),
  }).catch(async (error: unknown) => {
    await database.drop()
    await rm(dataDirectory, { recursive: true, force: true })
    throw error
  })
  if (options.rules !== 'none' && shop.dispatcher.modules.has('pricing'))
    await seedRules(shop.callsAs<AllModules>(system('test')))
  const sql = openPool({ url: database.url, max: 2, name: 'test' })
  return {
    calls: shop.callsAs<AllModules>(system('test')),
    as: (caller) => shop.callsAs(caller),
    sql,
    databaseUrl: database.url,
    clock,
    origin: shop.origin ?? '',
    shop,
    drain: shop.drain,
    runJob(name) {
      const [module = '', method = ''] = name.split('.')
      return shop.dispatcher.callFrom(system(`job:${name}`), module, method, {})
    },
    async statementsDuring(work) {
      statements.length = 0
      await work()
      return [...statements]
    },
    async stop() {
      await shop.stop()
      await sql.end({ timeout: 5 })
      await database.drop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
