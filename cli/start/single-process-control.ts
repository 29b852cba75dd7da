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

export interface SingleProcessControlOptions {
  topology: Topology
  /** The only process of the topology. */
  own: Process
  shop: Shop
  config: Config
  secret: string
  contracts: readonly Contract[]
  log: Log
  /** The URL of the default database server; undefined when the shop has none. */
  serverUrl: string | undefined
  /** The URL of the database that records moves. */
  homeUrl: string
}

/**
 * Accepts commands for a shop of one process, which is this one. At the first relocation this process becomes the
 * supervisor of the processes that are split off.
 */
export class SingleProcessControl {
  readonly #options: SingleProcessControlOptions
  readonly #operations: Operations
  #control: Awaited<ReturnType<typeof openControl>> | undefined
  #relocations: Promise<RelocationOperations> | undefined
  #supervisor: Promise<Supervisor> | undefined
  #startedSupervisor: Supervisor | undefined

  private constructor(options: SingleProcessControlOptions) {
    const { own, topology, shop } = options
    this.#options = options
    // The code of relocations is loaded when the first one is requested, as most shops of one process need none
    const loadAndCall =
      (name: 'relocate' | 'resumeRelocation' | 'rollbackRelocation' | 'relocations') =>
      async (input: never, onProgress: (progress: unknown) => void) =>
        (await this.#loadRelocations())[name](input, onProgress)
    this.#operations = {
      ...singleProcessOperations(own, topology.name, shop),
      relocate: loadAndCall('relocate'),
      relocations: loadAndCall('relocations'),
      resumeRelocation: loadAndCall('resumeRelocation'),
      rollbackRelocation: loadAndCall('rollbackRelocation'),
    }
  }

  /** Begins to accept commands. */
  static async open(options: SingleProcessControlOptions): Promise<SingleProcessControl> {
    const instance = new SingleProcessControl(options)
    const { config, secret } = options
    instance.#control = await openControl(config.dataDirectory, secret, instance.#operations)
    return instance
  }

  /** Accepts no more commands, and stops a running relocation at its current step. */
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
    const { RelocationOperations } = await import('./relocations.ts')
    const { config, secret, contracts, log, serverUrl, homeUrl, topology } = this.#options
    return new RelocationOperations({
      topology: () => this.#startedSupervisor?.topology ?? topology,
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
    const [{ Supervisor }, { launcher, processCalls }, { supervisorOperations }] = await Promise.all([
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
    const supervisor: Supervisor = new Supervisor({
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
        takesOverWorkflows: () => false,
      }),
      ...processCalls(secret),
    })
    // Replaces the operations that refuse to scale or deploy
    Object.assign(this.#operations, supervisorOperations(supervisor, secret))
    this.#startedSupervisor = supervisor
    return supervisor
  }
}
