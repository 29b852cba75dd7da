import { originsOf, type Topology } from './topology.ts'

/** Where all modules are: the origins of the replicas that have each. A change has a higher version than all before. */
export interface PlacementState {
  version: number
  modules: Record<string, readonly string[]>
  /** Modules that are on their way: the origins of the replicas that get ready for them. */
  standby?: Record<string, readonly string[]>
  /** The shop is not what its visitors are meant to find yet: its sample catalogue is on its way. */
  preparing?: boolean
}

/** Modules on their way into this process or out of it. */
export interface Moving {
  /** Ready to be activated. */
  standby: string[]
  /** Not served here any more, while something of them still runs. */
  leaving: string[]
  /** Expected, and not ready: why. */
  failed: Record<string, string>
}

/** Does what a new placement asks for; whoever announced it waits for that. */
export type PlacementWatcher = () => void | Promise<void>

/** What this process knows of where the modules are. */
export class KnownPlacement {
  #state: PlacementState
  readonly #watchers: PlacementWatcher[] = []

  constructor(state: PlacementState) {
    this.#state = state
  }

  get version(): number {
    return this.#state.version
  }

  /** The origins of the replicas that have a module; none when nobody told. */
  locate(module: string): readonly string[] {
    return this.#state.modules[module] ?? []
  }

  /** Whether the process at an origin is to have a module, or to get ready for it. */
  expects(module: string, origin: string): 'active' | 'standby' | 'absent' {
    if (this.locate(module).includes(origin)) return 'active'
    return this.#state.standby?.[module]?.includes(origin) ? 'standby' : 'absent'
  }

  /** Whether a module is on its way to a process at one of these origins. */
  isOnItsWay(module: string, origins: readonly string[]): boolean {
    return this.#state.standby?.[module]?.some((origin) => origins.includes(origin)) ?? false
  }

  get isPreparing(): boolean {
    return this.#state.preparing ?? false
  }

  /** Takes a placement that is newer than the known one, and resolves when this process acts by it; does nothing with others. */
  async accept({ version, modules, standby = {}, preparing = false }: PlacementState): Promise<void> {
    if (version > this.#state.version) await this.#take({ version, modules, standby, preparing })
  }

  /**
   * Takes the word of the place where some modules were, that they are elsewhere since `version`. What moves together has
   * one version, and each module's word may come by itself.
   */
  async moved(version: number, modules: PlacementState['modules']): Promise<void> {
    if (version < this.#state.version) return
    const isNew = Object.entries(modules).some(
      ([module, origins]) => this.locate(module).join() !== origins.join(),
    )
    if (version > this.#state.version || isNew)
      await this.#take({ ...this.#state, version, modules: { ...this.#state.modules, ...modules } })
  }

  async #take(state: PlacementState): Promise<void> {
    this.#state = state
    await Promise.all(this.#watchers.map((changed) => changed()))
  }

  /** Calls `changed` whenever a newer placement has been taken. */
  watch(changed: PlacementWatcher): void {
    this.#watchers.push(changed)
  }
}

/** The placement that a topology file gives, before anything moved. */
export function placementOf(topology: Topology): PlacementState {
  const modules = topology.processes.flatMap((process) =>
    process.modules.map((module) => [module, originsOf(process)] as const),
  )
  return { version: 0, modules: Object.fromEntries(modules) }
}
