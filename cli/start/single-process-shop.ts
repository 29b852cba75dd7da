import type { Log } from '#runtime/base/log.ts'
import { freePort, isFree } from '#runtime/base/ports.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import type { Config } from '#runtime/process/config.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { type Operations, openControl } from '#runtime/supervisor/control.ts'
import type { Supervisor } from '#runtime/supervisor/supervisor.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import { originOf, type Process, type Topology } from '#runtime/topology/topology.ts'
import type { RelocationOperations } from './relocations.ts'
import { replicaLine } from './replica-line.ts'
import { singleProcessOperations } from './single-process-operations.ts'

export interface SingleProcessShopOptions {
  topology: Topology
  /** The only process. */
  own: Process
  shop: Shop
  config: Config
  secret: string
  contracts: readonly Contract[]
  log: Log
  /** The default database server, where there is one. */
  serverUrl: string | undefined
  /** The database that records moves. */
  homeUrl: string
}

/**
 * A shop that is this one process, as the command line sees it. With the first relocation it becomes the supervisor of the
 * processes that are split off.
 */
export class SingleProcessShop {
  readonly #options: SingleProcessShopOptions
  readonly #operations: Operations
  #control: Awaited<ReturnType<typeof openControl>> | undefined
  #relocations: Promise<RelocationOperations> | undefined
  #supervisor: Promise<Supervisor> | undefined
  #running: Supervisor | undefined

  private constructor(options: SingleProcessShopOptions) {
    const { own, topology, shop } = options
    this.#options = options
    // What a shop of one process needs not is loaded when it is asked for.
    const later =
      (name: 'relocate' | 'resumeRelocation' | 'rollbackRelocation' | 'relocations') =>
      async (input: never, onProgress: (progress: unknown) => void) =>
        (await this.#loadRelocations())[name](input, onProgress)
    this.#operations = {
      ...singleProcessOperations(own, topology.name, shop),
      relocate: later('relocate'),
      relocations: later('relocations'),
      resumeRelocation: later('resumeRelocation'),
      rollbackRelocation: later('rollbackRelocation'),
    }
  }

  /** Takes commands from now on. */
  static async open(options: SingleProcessShopOptions): Promise<SingleProcessShop> {
    const owner = new SingleProcessShop(options)
    const { config, secret } = options
    owner.#control = await openControl(config.dataDirectory, secret, owner.#operations)
    return owner
  }

  /** Takes no more commands, and stops a relocation where it is. */
  async close(): Promise<void> {
    await this.#control?.close()
    await (await this.#relocations)?.close()
  }

  /** Stops the processes that were split off. */
  async stopOthers(): Promise<void> {
    await (await this.#supervisor)?.stop()
  }

  #loadRelocations(): Promise<RelocationOperations> {
    this.#relocations ??= this.#makeRelocations()
    return this.#relocations
  }

  async #makeRelocations(): Promise<RelocationOperations> {
    const { RelocationOperations: Making } = await import('./relocations.ts')
    const { config, secret, contracts, log, serverUrl, homeUrl, topology } = this.#options
    return new Making({
      topology: () => this.#running?.topology ?? topology,
      supervisor: () => this.#supervise(),
      config,
      secret,
      contracts,
      log,
      serverUrl,
      homeUrl,
    })
  }

  #supervise(): Promise<Supervisor> {
    this.#supervisor ??= this.#becomeSupervisor()
    return this.#supervisor
  }

  async #becomeSupervisor(): Promise<Supervisor> {
    const { topology, own, shop, config, secret, contracts, log, serverUrl } = this.#options
    const [{ Supervisor: Supervising }, { launcher, processCalls }, { supervisorOperations }] =
      await Promise.all([
        import('#runtime/supervisor/supervisor.ts'),
        import('./launcher.ts'),
        import('./operations.ts'),
      ])
    const port = (await isFree(own.internalPort)) ? own.internalPort : await freePort()
    const origin = originOf(own, port)
    const modules = Object.fromEntries(own.modules.map((module) => [module, [origin]]))
    await shop.join({
      placement: new KnownPlacement({ version: 0, modules }),
      serve: { process: own.name, replica: 0, port, host: own.listen, origin },
    })
    const supervisor: Supervisor = new Supervising({
      topology,
      resident: { process: own.name, origin },
      log,
      print: (replica, line) => process.stderr.write(`${replicaLine(replica, line, process.stderr.isTTY)}\n`),
      launch: launcher({
        config,
        secret,
        contracts,
        serverUrl,
        placement: (...replica) => supervisor.placementFor(...replica),
        fd: () => undefined,
        isFirst: () => false,
      }),
      ...processCalls(secret),
    })
    Object.assign(this.#operations, supervisorOperations(supervisor, secret))
    this.#running = supervisor
    return supervisor
  }
}
