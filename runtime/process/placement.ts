import { originsOf, type Topology } from '../topology/topology.ts'

/** Where all modules are: the origins of the replicas that have each. A change has a higher version than all before. */
export interface PlacementState {
  version: number
  modules: Record<string, readonly string[]>
  /** Modules that are on their way: the origins of the replicas that get ready for them. */
  standby?: Record<string, readonly string[]>
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

  /** Takes a placement that is newer than the known one, and resolves when this process acts by it; does nothing with others. */
  async accept({ version, modules, standby = {} }: PlacementState): Promise<void> {
    if (version <= this.#state.version) return
    this.#state = { version, modules, standby }
    await Promise.all(this.#watchers.map((changed) => changed()))
  }

  /** Takes the word of the place where some modules were, that they are elsewhere since `version`. */
  moved(version: number, modules: PlacementState['modules']): Promise<void> {
    return this.accept({ ...this.#state, version, modules: { ...this.#state.modules, ...modules } })
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
