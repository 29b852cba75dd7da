import type { Log } from '../base/log.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { ModuleDefinition } from '../module/define.ts'
import type { Moving } from '../topology/placement.ts'
import type { Hosting } from './hosting.ts'
import type { Network } from './network.ts'

export interface HostedModulesOptions {
  hosting: Hosting
  dispatcher: Dispatcher
  /** All modules that there are. */
  names: readonly string[]
  /** Loads the code of a module. */
  load: (module: string) => Promise<ModuleDefinition>
  log: Log
}

/**
 * Which modules this process has: those that the placement says, or, for who only calls others, those that it was given.
 * A change is followed while the process runs.
 */
export class HostedModules {
  /** Is told of each module that this process has no more. */
  onLeft: (module: string) => void = () => {}
  readonly #options: HostedModulesOptions
  readonly #failed = new Map<string, string>()
  #network: Network | undefined
  #arriving: Promise<void> = Promise.resolve()

  constructor(options: HostedModulesOptions) {
    this.#options = options
  }

  get moving(): Moving {
    const { standby, leaving } = this.#options.hosting
    return { standby, leaving, failed: Object.fromEntries(this.#failed) }
  }

  /** Prepares the modules that this process begins with, and activates those that it has. */
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
    for (const name of names) if (!dispatcher.modules.has(name)) network.reach(name)
    await this.join(network)
  }

  /** From now on it follows the placement. */
  async join(network: Network): Promise<void> {
    this.#network = network
    network.placement.watch(() => this.#follow(network))
    await this.#follow(network)
  }

  /** Takes the word of a module's database that it is elsewhere, when no announcement has come. */
  async moved(module: string, version: number, origins: readonly string[]): Promise<void> {
    if (!this.#network)
      throw new Error(`Cannot follow "${module}": it moved, and this process knows no others`)
    this.#leave(module, this.#network)
    await this.#network.placement.acceptMove(version, { [module]: origins })
  }

  /**
   * Takes the word of modules' databases that they have moved, while a relocation takes them away or brings them back: a
   * process that dies between the seal and the switch begins without them. Throws when none does: the process would have
   * none of their data.
   */
  async #applyMoves(modules: readonly string[], network: Network | undefined): Promise<void> {
    for (const [module, { toProcess, version, origins }] of await this.#options.hosting.moved(modules)) {
      const own = network?.origin === undefined ? [] : [network.origin]
      if (!network?.placement.isOnStandby(module, [...origins, ...own]))
        throw new Error(
          `Cannot start with the module "${module}": its data have moved to the process "${toProcess}" (${origins.join(', ')}). Start in the topology that the shop has now`,
        )
      // Others may have been announced since.
      await network.placement.acceptMove(Math.max(version, network.placement.version), { [module]: origins })
    }
  }

  #expects(module: string, network: Network | undefined): 'active' | 'standby' | 'absent' {
    return network?.origin === undefined ? 'active' : network.placement.expects(module, network.origin)
  }

  /** Does at once what takes no time, so that nobody waits for what does. */
  #follow(network: Network): Promise<void> {
    const { hosting, dispatcher, names } = this.#options
    if (network.origin !== undefined) {
      for (const name of names) {
        const expected = this.#expects(name, network)
        if (expected === 'active' && hosting.standby.includes(name)) hosting.activate(name)
        else if (expected !== 'active' && dispatcher.modules.has(name)) this.#leave(name, network)
      }
    }
    network.relocate()
    if (network.origin === undefined) return Promise.resolve()
    this.#arriving = this.#arriving.then(() => this.#arrange(network))
    return this.#arriving
  }

  #leave(module: string, network: Network): void {
    const { hosting, log } = this.#options
    network.reach(module)
    hosting.deactivate(module).catch((error: unknown) => {
      log.error({ module, err: error }, 'a module that has moved away cannot be left in order')
    })
    this.onLeft(module)
  }

  /** Prepares what is expected and not there, and lets go of what is not expected any more. */
  async #arrange(network: Network): Promise<void> {
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
        log.error({ module: name, err: error }, 'a module cannot be prepared')
        this.#failed.set(name, (error as Error).message)
        continue
      }
      // The placement may have changed meanwhile.
      if (hosting.standby.includes(name) && this.#expects(name, network) === 'active') hosting.activate(name)
    }
  }
}
