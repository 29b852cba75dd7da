import type { Log } from '../base/log.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { ModuleDefinition } from '../module/define.ts'
import type { Moving } from '../topology/placement.ts'
import type { Hosting } from './hosting.ts'
import type { Network } from './network.ts'

export interface HostedModulesOptions {
  hosting: Hosting
  dispatcher: Dispatcher
  /** The names of all modules of the shop. */
  names: readonly string[]
  /** Loads the code of a module. */
  load: (module: string) => Promise<ModuleDefinition>
  log: Log
}

/**
 * The modules of this process: those that the placement assigns to its origin. A process without an origin has the
 * modules that it was given. Applies changes of the placement while the process runs.
 */
export class HostedModules {
  /** Called for each module that has left this process. */
  onLeft: (module: string) => void = () => {}
  readonly #options: HostedModulesOptions
  readonly #failed = new Map<string, string>()
  #network: Network | undefined
  #preparation: Promise<void> = Promise.resolve()

  constructor(options: HostedModulesOptions) {
    this.#options = options
  }

  get moving(): Moving {
    const { standby, leaving } = this.#options.hosting
    return { standby, leaving, failed: Object.fromEntries(this.#failed) }
  }

  /** Prepares the initial modules of this process, and activates those that the placement assigns to it. */
  async activate(modules: readonly ModuleDefinition[], network: Network | undefined): Promise<void> {
    const { hosting, dispatcher, names } = this.#options
    const expected = (state: 'active' | 'standby') =>
      modules.filter(({ contract }) => this.#expects(contract.name, network) === state)
    await this.#applyMoves(
      expected('active').map(({ contract }) => contract.name),
      network,
    )
    await hosting.prepare([...expected('active'), ...expected('standby')])
    for (const { contract } of expected('active')) hosting.activate(contract.name)
    if (!network) return
    for (const name of names) if (!dispatcher.modules.has(name)) network.callRemotely(name)
    await this.join(network)
  }

  /** Starts to apply the placement. */
  async join(network: Network): Promise<void> {
    this.#network = network
    network.placement.watch(() => this.#follow(network))
    await this.#follow(network)
  }

  /** Applies the new location of a module from its fence, when no placement update has arrived. */
  async followMove(module: string, version: number, origins: readonly string[]): Promise<void> {
    if (!this.#network)
      throw new Error(`Cannot follow the move of "${module}": this process has no connection to others`)
    this.#leave(module, this.#network)
    await this.#network.placement.acceptMove(version, { [module]: origins })
  }

  /**
   * Applies the new locations of modules whose fences say that they have moved. A process that dies in a relocation,
   * between the seal and the switch, restarts without these modules. Throws when no relocation is running: then the
   * process would start without the modules' data.
   */
  async #applyMoves(modules: readonly string[], network: Network | undefined): Promise<void> {
    for (const [module, { toProcess, version, origins }] of await this.#options.hosting.findMoved(modules)) {
      const ownOrigin = network?.origin === undefined ? [] : [network.origin]
      // Only a running relocation puts the module in standby, in this process or at the new location
      if (!network?.placement.isOnStandby(module, [...origins, ...ownOrigin]))
        throw new Error(
          `Cannot start with the module "${module}": its data have moved to the process "${toProcess}" (${origins.join(', ')}). Start with the present topology of the shop`,
        )
      // A placement with a higher version may have arrived since.
      await network.placement.acceptMove(Math.max(version, network.placement.version), { [module]: origins })
    }
  }

  #expects(module: string, network: Network | undefined): 'active' | 'standby' | 'absent' {
    return network?.origin === undefined ? 'active' : network.placement.expects(module, network.origin)
  }

  /** Applies the placement: activates and deactivates modules at once, then prepares others, which takes time. */
  #follow(network: Network): Promise<void> {
    const { hosting, dispatcher, names } = this.#options
    if (network.origin !== undefined) {
      for (const name of names) {
        const expected = this.#expects(name, network)
        if (expected === 'active' && hosting.standby.includes(name)) hosting.activate(name)
        else if (expected !== 'active' && dispatcher.modules.has(name)) this.#leave(name, network)
      }
    }
    network.applyPlacement()
    if (network.origin === undefined) return Promise.resolve()
    this.#preparation = this.#preparation.then(() => this.#prepareAndDrop(network))
    return this.#preparation
  }

  #leave(module: string, network: Network): void {
    const { hosting, log } = this.#options
    network.callRemotely(module)
    hosting.deactivate(module).catch((error: unknown) => {
      log.error({ module, err: error }, 'cannot deactivate a module that has moved away')
    })
    this.onLeft(module)
  }

  /** Prepares the modules that are newly expected, and drops those in standby that are no longer expected. */
  async #prepareAndDrop(network: Network): Promise<void> {
    const { hosting, dispatcher, names, load, log } = this.#options
    for (const name of names) {
      const expected = this.#expects(name, network)
      const isReady = hosting.standby.includes(name)
      if (expected === 'absent') {
        this.#failed.delete(name)
        if (isReady) await hosting.deactivate(name)
        continue
      }
      try {
        if (!isReady && !dispatcher.modules.has(name)) {
          await hosting.prepare([await load(name)])
          await hosting.listen()
        }
        this.#failed.delete(name)
      } catch (error) {
        log.error({ module: name, err: error }, 'cannot prepare a module')
        this.#failed.set(name, (error as Error).message)
        continue
      }
      // The placement may have changed during the preparation.
      if (hosting.standby.includes(name) && this.#expects(name, network) === 'active') hosting.activate(name)
    }
  }
}
