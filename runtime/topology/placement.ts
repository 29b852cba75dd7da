import { originsOf, type Topology } from './topology.ts'

/** Which replicas serve each module at one point in time. */
export interface PlacementState {
  /** Higher than the versions of all earlier placements. */
  version: number
  /** For each module the origins of the replicas that serve it. */
  modules: Record<string, readonly string[]>
  /** For each moving module the origins of the replicas that prepare to serve it. */
  standby?: Record<string, readonly string[]>
  /** Whether the import of the sample catalogue is still running, so that the shop is not ready for visitors. */
  preparing?: boolean
}

/** Modules that move into this process or out of it. */
export interface Moving {
  /** Prepared in this process, and ready to be activated. */
  standby: string[]
  /** No longer served by this process, but some of their work still runs. */
  leaving: string[]
  /** Expected here but not ready, each with the reason. */
  failed: Record<string, string>
}

/** Applies a new placement to this process. The process acknowledges the placement update once this resolves. */
export type PlacementWatcher = () => void | Promise<void>

/** The placement as this process knows it. */
export class KnownPlacement {
  #state: PlacementState
  readonly #watchers: PlacementWatcher[] = []

  constructor(state: PlacementState) {
    this.#state = state
  }

  get version(): number {
    return this.#state.version
  }

  /** The origins of the replicas that serve a module; empty when they are unknown. */
  locate(module: string): readonly string[] {
    return this.#state.modules[module] ?? []
  }

  /** Whether the process at an origin should serve a module (active), prepare to serve it (standby), or neither. */
  expects(module: string, origin: string): 'active' | 'standby' | 'absent' {
    if (this.locate(module).includes(origin)) return 'active'
    return this.#state.standby?.[module]?.includes(origin) ? 'standby' : 'absent'
  }

  /** Whether a process at one of these origins prepares to serve a module. */
  isOnStandby(module: string, origins: readonly string[]): boolean {
    return this.#state.standby?.[module]?.some((origin) => origins.includes(origin)) ?? false
  }

  get isPreparing(): boolean {
    return this.#state.preparing ?? false
  }

  /**
   * Accepts a placement newer than the known one, and resolves once this process has applied it. Ignores older ones.
   */
  async accept({ version, modules, standby = {}, preparing = false }: PlacementState): Promise<void> {
    if (version > this.#state.version) await this.#apply({ version, modules, standby, preparing })
  }

  /**
   * Accepts the new origins of some modules, which the process that hosted them before has reported. Modules that move
   * together have one version, but may be reported one by one.
   */
  async acceptMove(version: number, modules: PlacementState['modules']): Promise<void> {
    if (version < this.#state.version) return
    const hasChanges = Object.entries(modules).some(
      ([module, origins]) => this.locate(module).join() !== origins.join(),
    )
    if (version > this.#state.version || hasChanges)
      await this.#apply({ ...this.#state, version, modules: { ...this.#state.modules, ...modules } })
  }

  async #apply(state: PlacementState): Promise<void> {
    this.#state = state
    await Promise.all(this.#watchers.map((changed) => changed()))
  }

  /** Calls `changed` after each accepted placement. */
  watch(changed: PlacementWatcher): void {
    this.#watchers.push(changed)
  }
}

/** The initial placement, before any relocation, according to a topology. */
export function placementOf(topology: Topology): PlacementState {
  const modules = topology.processes.flatMap((process) =>
    process.modules.map((module) => [module, originsOf(process)] as const),
  )
  return { version: 0, modules: Object.fromEntries(modules) }
}
