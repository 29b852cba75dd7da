import { hkdfSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createClientFactory } from '../call/clients.ts'
import { Dispatcher } from '../call/dispatch.ts'
import { type HostedModule, hostMethods } from '../call/host.ts'
import { LoopbackServer } from '../call/loopback.ts'
import type { Caller } from '../contract/caller.ts'
import { cleanRuntimeTables } from '../database/cleaning.ts'
import { migrate, roleOf } from '../database/migrate.ts'
import { openPool, type Sql, type StatementObserver } from '../database/pool.ts'
import { countEvents } from '../events/outbox.ts'
import { Relay } from '../events/relay.ts'
import { Versions } from '../events/versions.ts'
import { createEdge } from '../http/edge.ts'
import type { Calls, ModuleDefinition, Needs } from '../module/define.ts'
import { WorkflowEngine } from '../workflow/engine.ts'
import { Jobs, moduleJob } from './jobs.ts'
import type { Log } from './log.ts'
import { MODULES_DIRECTORY } from './modules.ts'

export interface ShopOptions {
  modules: ModuleDefinition[]
  databaseUrl: string
  /** The deployment's secret; keys for single purposes are derived from it. */
  secret: string
  publicUrl: string
  dataDirectory: string
  log: Log
  /** The environment that modules read their settings from, checked already. */
  environment: Record<string, string | undefined>
  /** Serves HTTP there; without it, the shop answers calls only. Port 0 takes a free one. */
  http?: { port: number; host?: string; rateLimits: boolean; trustProxy: boolean }
  /** Runs jobs, delivers events and recovers workflows. */
  background: boolean
  /** Runs when everything is in place but nothing is served yet. */
  prepare?: (shop: Shop) => Promise<void>
  clock?: () => Date
  /** For tests: answers are checked and frozen. */
  strict?: boolean
  /** For tests: each module works under a role of its own. */
  enforceRoles?: boolean
  /** For tests: every call between modules goes through HTTP, and every repeatable one is sent twice. */
  loopback?: boolean
  onStatement?: StatementObserver
  /** Names this process where others can see it. */
  processName?: string
  modulesDirectory?: string
}

/** A running shop. */
export interface Shop {
  /** Where it serves HTTP. */
  origin: string | undefined
  dispatcher: Dispatcher
  engine: WorkflowEngine
  versions: Versions
  modules: ReadonlyMap<string, HostedModule>
  /** The methods of all modules as functions, called by `caller`; by the system unless told. */
  callsAs<Of extends Needs>(caller: Caller): Calls<Of>
  /** Delivers events until none is due any more; answers what is left, in waiting and parked. */
  drain(): Promise<{ waiting: number; parked: number }>
  /** Events of each module that are not delivered yet. */
  backlog(): Promise<{ module: string; waiting: number; parked: number }[]>
  stop(): Promise<void>
}

/** Puts a process together from its modules, starts it and answers when it serves. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const now = options.clock ?? (() => new Date())
  const name = options.processName ?? 'pando'
  const versions = new Versions()
  const pools = new Pools(options, name)
  const directory = options.modulesDirectory ?? MODULES_DIRECTORY
  const tables = new Map(
    options.modules.map(
      ({ contract }) => [contract.name, join(directory, contract.name, 'migrations')] as const,
    ),
  )
  for (const [module, path] of tables) if (!existsSync(path)) tables.delete(module)
  try {
    await migrate(
      pools.owner,
      [...tables].map(([module, path]) => ({ name: module, directory: path })),
    )
  } catch (error) {
    await pools.close()
    throw error
  }

  const dispatcher = new Dispatcher({ strict: options.strict ?? false, versions })
  const relays = new Map<string, Relay>()
  for (const definition of options.modules) hostModule(definition)
  const engine = new WorkflowEngine({
    dispatcher,
    subscribers: subscribersOf(options.modules),
    runner: name,
    sharesDatabase: (a, b) => tables.has(a) && tables.has(b),
    enter: options.enforceRoles
      ? async (shared, module) => void (await shared.sql.unsafe(`set local role ${roleOf(module)}`))
      : undefined,
    now,
  })
  dispatcher.engine = engine
  const loopback = options.loopback ? await LoopbackServer.open(dispatcher, options.secret) : undefined

  const owners = [...dispatcher.modules.values()].filter((module) => module.definition.workflows.length > 0)
  const jobs = new Jobs(
    [
      ...options.modules.flatMap(({ contract, jobs }) =>
        jobs.map((job) => moduleJob(dispatcher, contract.name, job.method, job.everyMs)),
      ),
      ...owners.map((owner) => ({
        name: `${owner.name}: recover workflows`,
        everyMs: 1000,
        run: () => engine.recover(owner),
      })),
      ...[...tables.keys()].map((module) => ({
        name: `${module}: clean the runtime's tables`,
        everyMs: 3_600_000,
        run: () => cleanRuntimeTables(pools.relaxed, module),
      })),
    ],
    options.log,
  )
  let stopping = false
  let edge: FastifyInstance | undefined
  let origin: string | undefined
  try {
    await versions.connect(pools.relaxed, cachedModules(options.modules), options.log)
    if (options.background) for (const owner of owners) await engine.takeOver(owner)
    await options.prepare?.(shop())
    if (options.http) {
      edge = await createEdge({
        dispatcher,
        versions,
        log: options.log,
        publicUrl: options.publicUrl,
        ready,
        ...options.http,
      })
      origin = await edge.listen({ port: options.http.port, host: options.http.host ?? '127.0.0.1' })
    }
  } catch (error) {
    await stop()
    throw error
  }
  if (options.background) {
    for (const relay of relays.values()) relay.start()
    jobs.start()
  }

  return shop()

  function shop(): Shop {
    return {
      origin,
      dispatcher,
      engine,
      versions,
      modules: dispatcher.modules,
      callsAs,
      drain,
      backlog,
      stop,
    }
  }

  function hostModule(definition: ModuleDefinition): void {
    const module = definition.contract.name
    const log = options.log.child({ module })
    const sql = pools.of(module, definition.durability)
    const hosted: HostedModule = {
      name: module,
      definition,
      methods: new Map(),
      sql,
      eventSql: pools.of(module, 'relaxed'),
      workflowSql: options.enforceRoles ? pools.owner : undefined,
      services: definition.setup?.({
        settings: settingsOf(definition, options.environment),
        publicUrl: options.publicUrl,
        deriveKey: (purpose) =>
          Buffer.from(hkdfSync('sha256', options.secret, 'pando', `${module}/${purpose}`, 32)),
        dataDirectory: options.dataDirectory,
        sql: pools.of(module, 'relaxed'),
        log,
        now,
      }),
      log,
      createCalls: createClientFactory(definition.needs, (...call) => dispatcher.call(...call)),
      committed(emitted) {
        versions.committed(module)
        if (emitted && options.background) relays.get(module)?.wake()
      },
      now,
    }
    hosted.methods = hostMethods(hosted)
    dispatcher.modules.set(module, hosted)
    if (tables.has(module) && Object.keys(definition.contract.events).length > 0) {
      relays.set(module, new Relay(module, pools.of(module, 'relaxed'), dispatcher, log, now))
    }
  }

  function callsAs<Of extends Needs>(caller: Caller): Calls<Of> {
    const needs = Object.fromEntries(options.modules.map(({ contract }) => [contract.name, contract]))
    const create = createClientFactory(needs, (module, method, input, _parent, call) =>
      dispatcher.callFrom(caller, module, method, input, call),
    )
    return create({ caller, deadline: 0, traceId: '', openTransactions: 0 }) as Calls<Of>
  }

  async function drain(): Promise<{ waiting: number; parked: number }> {
    for (;;) {
      const counts = await Promise.all([...relays.values()].map((relay) => relay.drain()))
      const waiting = counts.reduce((sum, count) => sum + count.waiting, 0)
      const parked = counts.reduce((sum, count) => sum + count.parked, 0)
      // Reactions emit events in turn; what waits after a round without progress waits for its time.
      const again = await Promise.all([...relays.values()].map((relay) => relay.drain()))
      if (again.reduce((sum, count) => sum + count.waiting, 0) === waiting) return { waiting, parked }
    }
  }

  function backlog() {
    return Promise.all(
      [...relays.keys()].map(async (module) => ({ module, ...(await countEvents(pools.relaxed, module)) })),
    )
  }

  async function ready(): Promise<{ ready: boolean; reason?: string }> {
    if (stopping) return { ready: false, reason: 'The shop is shutting down' }
    try {
      await pools.relaxed`select 1`
      return { ready: true }
    } catch (error) {
      return { ready: false, reason: `The database does not answer: ${(error as Error).message}` }
    }
  }

  async function stop(): Promise<void> {
    stopping = true
    await edge?.close()
    await jobs.stop()
    await engine.stop()
    await Promise.all([...relays.values()].map((relay) => relay.stop()))
    await loopback?.close()
    await versions.disconnect()
    for (const module of dispatcher.modules.values()) {
      await (module.services as { close?: () => Promise<void> } | undefined)?.close?.()
    }
    await pools.close()
  }
}

/** The connections of a process: shared by its modules, or one set for each role in tests. */
class Pools {
  readonly owner: Sql
  readonly relaxed: Sql
  readonly #all: Sql[] = []
  readonly #byRole = new Map<string, Sql>()
  readonly #options: ShopOptions
  readonly #name: string

  constructor(options: ShopOptions, name: string) {
    this.#options = options
    this.#name = name
    this.owner = this.#open({ max: 12 })
    this.relaxed = this.#open({ max: 8, synchronousCommit: 'off' })
  }

  of(module: string, durability: 'full' | 'relaxed'): Sql {
    if (!this.#options.enforceRoles) return durability === 'full' ? this.owner : this.relaxed
    let pool = this.#byRole.get(module)
    if (!pool) {
      pool = this.#open({ max: 4, role: roleOf(module) })
      this.#byRole.set(module, pool)
    }
    return pool
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((pool) => pool.end({ timeout: 5 })))
  }

  #open(settings: { max: number; synchronousCommit?: 'off'; role?: string }): Sql {
    const pool = openPool({
      url: this.#options.databaseUrl,
      name: this.#name,
      onStatement: this.#options.onStatement,
      ...settings,
    })
    this.#all.push(pool)
    return pool
  }
}

function subscribersOf(modules: readonly ModuleDefinition[]): Map<string, string[]> {
  const subscribers = new Map<string, string[]>()
  for (const { contract, reactions } of modules) {
    for (const event of Object.keys(reactions))
      subscribers.set(event, [...(subscribers.get(event) ?? []), contract.name])
  }
  return subscribers
}

/** Modules whose commits make some cache old. */
function cachedModules(modules: readonly ModuleDefinition[]): Set<string> {
  const validities = modules.flatMap(({ contract, pages }) => [
    ...Object.values(contract.methods).map((method) => method.cache),
    ...pages.map((page) => page.cache),
  ])
  return new Set(validities.flatMap((validity) => validity?.dependsOn ?? []))
}

function settingsOf(definition: ModuleDefinition, environment: Record<string, string | undefined>) {
  return Object.fromEntries(
    Object.entries(definition.settings).map(([name, setting]) => [
      name,
      environment[name] || setting.default,
    ]),
  )
}
