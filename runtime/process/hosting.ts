import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { deriveKey } from '../base/secret.ts'
import type { Versions } from '../cache/versions.ts'
import { createCallsFactory } from '../call/calls-factory.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import { type HostedModule, hostMethods } from '../call/host.ts'
import { cleanRuntimeTables } from '../database/cleaning.ts'
import { type Moved, readFence } from '../database/fence.ts'
import { migrate, refuseOtherVersion } from '../database/migrate.ts'
import type { Pool } from '../database/pool.ts'
import { requireServerVersion } from '../database/server-version.ts'
import type { Sql } from '../database/sql.ts'
import type { Bus } from '../events/bus.ts'
import type { Subscribers } from '../events/outbox.ts'
import { Relay } from '../events/relay.ts'
import { type OutboxState, readOutboxState } from '../events/undelivered-events.ts'
import type { ModuleDefinition } from '../module/define.ts'
import type { WorkflowEngine } from '../workflow/engine.ts'
import { DEFAULT_CONNECTIONS } from './connection-shares.ts'
import { Databases } from './databases.ts'
import { Jobs, moduleJob } from './jobs.ts'
import { MODULES_DIRECTORY } from './modules.ts'
import type { ShopOptions } from './shop-options.ts'

export interface HostingOptions {
  shop: ShopOptions
  /** The name of this process in its databases. */
  name: string
  dispatcher: Dispatcher
  versions: Versions
  subscribers: Subscribers
  /** Modules on whose commits cached answers depend. */
  cached: ReadonlySet<string>
  now: () => Date
}

/** The background work of a module. */
interface Background {
  relay: Relay | undefined
  jobs: Jobs
}

/**
 * The modules of this process with their databases, relays, jobs and services. A module is first prepared, which takes
 * time, and then activated at once. When it is deactivated, it finishes its running work and is removed.
 */
export class Hosting {
  readonly databases: Databases
  engine!: WorkflowEngine
  bus!: Bus
  readonly #options: HostingOptions
  readonly #directory: string
  /** Modules that are prepared but not activated. */
  readonly #standby = new Map<string, HostedModule>()
  readonly #leaving = new Map<HostedModule, Promise<void>>()
  readonly #background = new Map<string, Background>()
  #runsBackground = false

  constructor(options: HostingOptions) {
    this.#options = options
    const { databaseUrl, databaseConnections, enforceRoles, onStatement, modulesDirectory } = options.shop
    this.#directory = modulesDirectory ?? MODULES_DIRECTORY
    this.databases = new Databases({
      urlOf: typeof databaseUrl === 'string' ? () => databaseUrl : databaseUrl,
      name: options.name,
      enforceRoles: enforceRoles ?? false,
      connections: databaseConnections ?? DEFAULT_CONNECTIONS,
      onStatement,
    })
  }

  /** Modules that are ready to be activated. */
  get standby(): string[] {
    return [...this.#standby.keys()]
  }

  /** Deactivated modules whose work has not ended yet. */
  get leaving(): string[] {
    return [...this.#leaving.keys()].map(({ name }) => name)
  }

  hasTables(module: string): boolean {
    return existsSync(this.#migrations(module))
  }

  /** The new locations of those modules whose fences say that they have moved away. */
  async findMoved(modules: readonly string[]): Promise<Map<string, Moved>> {
    const moved = new Map<string, Moved>()
    for (const module of modules.filter((name) => this.hasTables(name))) {
      const fence = await readFence(this.databases.of(module).relaxed, module)
      if (fence.state === 'moved') moved.set(module, fence)
    }
    return moved
  }

  /** Opens the databases of modules, migrates their tables, and puts the modules in standby. */
  async prepare(definitions: readonly ModuleDefinition[]): Promise<void> {
    const names = definitions.map(({ contract }) => contract.name).filter((name) => this.hasTables(name))
    for (const name of names) this.databases.of(name)
    for (const { durable, modules } of this.databases.all()) {
      const toMigrate = modules.filter((module) => names.includes(module))
      if (toMigrate.length === 0) continue
      const migratables = toMigrate.map((name) => ({ name, directory: this.#migrations(name) }))
      await requireServerVersion(durable)
      // A command without background work may run next to a shop, whose tables it must not migrate
      if (this.#options.shop.background === false) await refuseOtherVersion(durable, migratables)
      const { log, migrating } = this.#options.shop
      await migrate(durable, migratables, { log: (line) => log.warn({}, line), progress: migrating })
    }
    for (const definition of definitions) this.#standby.set(definition.contract.name, this.#host(definition))
  }

  /** Starts to receive notifications of commits by other processes to these databases. */
  async listen(): Promise<void> {
    const { versions, cached, shop } = this.#options
    for (const { relaxed, modules } of this.databases.all())
      await versions.connect(
        relaxed,
        modules.filter((module) => cached.has(module)),
        shop.log,
      )
  }

  /** Starts to serve a prepared module in this process. */
  activate(name: string): void {
    const module = this.#standby.get(name)
    if (!module) throw new Error(`Cannot activate "${name}": it was not prepared`)
    const { dispatcher, versions } = this.#options
    this.#standby.delete(name)
    dispatcher.modules.set(name, module)
    dispatcher.remote.delete(name)
    this.#background.set(name, this.#backgroundOf(module))
    versions.changed([name])
    if (this.#runsBackground) this.#startBackground(name)
  }

  /**
   * Stops serving a module in this process. Resolves when its work has ended and its connections are closed, except
   * those that other modules share.
   */
  deactivate(name: string): Promise<void> {
    const { dispatcher, versions } = this.#options
    const module = dispatcher.modules.get(name)
    if (!module) return this.#dropStandby(name)
    dispatcher.modules.delete(name)
    versions.changed([name])
    const finished = this.#leave(module).finally(() => this.#leaving.delete(module))
    this.#leaving.set(module, finished)
    return finished
  }

  /** Starts to deliver events and to run jobs. */
  startBackground(): void {
    this.#runsBackground = true
    for (const name of this.#background.keys()) this.#startBackground(name)
  }

  async stopJobs(): Promise<void> {
    this.#runsBackground = false
    await Promise.all([...this.#background.values()].map(({ jobs }) => jobs.stop()))
  }

  async stopRelays(): Promise<void> {
    await Promise.all([...this.#background.values()].map(({ relay }) => relay?.stop()))
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#leaving.values())
    const { dispatcher } = this.#options
    for (const module of [...dispatcher.modules.values(), ...this.#standby.values()])
      await closeServices(module)
    await this.databases.close()
  }

  /** The relays by module, of modules with an outbox. */
  get relays(): Map<string, Relay> {
    const all = [...this.#background].flatMap(([name, { relay }]) => (relay ? [[name, relay] as const] : []))
    return new Map(all)
  }

  /** Modules of this process that define workflows. */
  get owners(): HostedModule[] {
    return [...this.#options.dispatcher.modules.values()].filter(
      ({ definition }) => definition.workflows.length > 0,
    )
  }

  /** Describes why a database of this process cannot be used; undefined when all can. Resolves within two seconds. */
  async databaseProblem(): Promise<string | undefined> {
    const problems = await Promise.all(this.databases.all().map(({ probe }) => probe.problem()))
    return problems.find((problem) => problem !== undefined)
  }

  /** The outboxes of this process. */
  get outboxes(): { module: string; sql: Sql }[] {
    return [...this.relays.keys()].map((module) => ({ module, sql: this.databases.of(module).relaxed }))
  }

  /** The state of each outbox of this process. */
  backlog(): Promise<(OutboxState & { module: string })[]> {
    return Promise.all(
      this.outboxes.map(async ({ module, sql }) => ({ module, ...(await readOutboxState(sql, module)) })),
    )
  }

  #migrations(module: string): string {
    return join(this.#directory, module, 'migrations')
  }

  #host(definition: ModuleDefinition): HostedModule {
    const { shop, dispatcher, versions, now } = this.#options
    const module = definition.contract.name
    const log = shop.log.child({ module })
    const hasTables = this.hasTables(module)
    const durable = hasTables ? this.databases.poolOf(module, 'durable') : noDatabase(module)
    const relaxed = hasTables ? this.databases.poolOf(module, 'relaxed') : durable
    const hosted: HostedModule = {
      name: module,
      definition,
      methods: new Map(),
      running: 0,
      sql: definition.durability === 'full' ? durable : relaxed,
      durableSql: durable,
      relaxedSql: relaxed,
      workflowSql: shop.enforceRoles && hasTables ? this.databases.of(module).durable : undefined,
      database: hasTables ? this.databases.of(module).url : undefined,
      services: definition.setup?.({
        settings: settingsOf(definition, shop.environment),
        publicUrl: shop.publicUrl,
        deriveKey: (purpose) => deriveKey(shop.secret, `${module}/${purpose}`),
        dataDirectory: shop.dataDirectory,
        sql: relaxed,
        commits: () => versions.of(module),
        log,
        now,
      }),
      log,
      createCalls: createCallsFactory(definition.needs, (...call) => dispatcher.call(...call)),
      committed: (emitted) => {
        versions.committed(module)
        if (emitted && shop.background) this.#background.get(module)?.relay?.wake()
      },
      now,
    }
    hosted.methods = hostMethods(hosted)
    return hosted
  }

  #backgroundOf(module: HostedModule): Background {
    const { shop, dispatcher } = this.#options
    const { name, definition } = module
    const { events, reactsTo } = definition.contract
    const hasTables = this.hasTables(name)
    const hasEvents = hasTables && (Object.keys(events).length > 0 || reactsTo.length > 0)
    const jobs = definition.jobs.map((job) => moduleJob(dispatcher, name, job.method, job.everyMs))
    if (definition.workflows.length > 0)
      jobs.push({
        name: `${name}: recover workflows`,
        everyMs: 1000,
        atStart: true,
        run: () => this.engine.resumeDue(module),
      })
    if (hasTables)
      jobs.push({
        name: `${name}: clean the runtime's tables`,
        everyMs: 3_600_000,
        run: () => cleanRuntimeTables(this.databases.of(name).relaxed, name),
      })
    return {
      relay: hasEvents ? this.#relayOf(module) : undefined,
      jobs: new Jobs(jobs, shop.log),
    }
  }

  #relayOf({ name, definition, relaxedSql, log }: HostedModule): Relay {
    const { dispatcher, subscribers, now } = this.#options
    const { runner } = this.engine
    const events = Object.keys(definition.contract.events)
    const consumers = new Set(events.flatMap((event) => subscribers.get(`${name}.${event}`) ?? []))
    return new Relay({
      module: name,
      consumers: [...consumers],
      sql: relaxedSql,
      dispatcher,
      bus: this.bus,
      runner,
      log,
      now,
    })
  }

  #startBackground(name: string): void {
    const { relay, jobs } = this.#background.get(name)!
    void relay?.start()
    jobs.start()
    this.bus.receive(name)
  }

  async #leave(module: HostedModule): Promise<void> {
    const { name } = module
    const { relay, jobs } = this.#background.get(name)!
    this.#background.delete(name)
    await Promise.all([jobs.stop(), relay?.stop(), this.bus.leave(name)])
    this.engine.forget(module)
    while (module.running > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    await closeServices(module)
    await this.#releaseDatabase(name)
  }

  async #dropStandby(name: string): Promise<void> {
    const module = this.#standby.get(name)
    if (!module) return
    this.#standby.delete(name)
    await closeServices(module)
    await this.#releaseDatabase(name)
  }

  /** Releases the database of a module, unless the module has returned meanwhile. */
  async #releaseDatabase(name: string): Promise<void> {
    if (this.#standby.has(name) || this.#options.dispatcher.modules.has(name)) return
    if (!this.hasTables(name)) return
    const { relaxed, modules } = this.databases.of(name)
    // In parallel, so that `versions` and `databases` forget the module at once: it may be prepared again while its
    // connections close.
    await Promise.all([
      this.#options.versions.leave(relaxed, name, modules.length === 1),
      this.databases.release(name),
    ])
  }
}

/** The pause between two checks whether the calls of a leaving module have ended. */
const POLL_MS = 10

async function closeServices(module: HostedModule): Promise<void> {
  await (module.services as { close?: () => Promise<void> } | undefined)?.close?.()
}

/** The pool of a module without tables. Throws when the module uses it. */
function noDatabase(module: string): Pool {
  return (() => {
    throw new Error(`Cannot use the database: the module "${module}" has no migrations, so it has no tables`)
  }) as unknown as Pool
}

function settingsOf(definition: ModuleDefinition, environment: Record<string, string | undefined>) {
  return Object.fromEntries(
    Object.entries(definition.settings).map(([name, setting]) => [
      name,
      environment[name] || setting.default,
    ]),
  )
}
