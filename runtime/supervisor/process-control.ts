import { setTimeout as pause } from 'node:timers/promises'
import type { Direction } from '../relocation/names.ts'
import type { ProcessControl, RelocationPlan, WaitOptions } from '../relocation/relocation.ts'
import type { ProcessStatus } from '../rpc/process-client.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Topology } from '../topology/topology.ts'
import type { Replica, ReplicaState } from './replica.ts'
import type { Supervisor } from './supervisor.ts'

export interface SupervisedProcessesOptions {
  supervisor: Supervisor
  /** Parses a topology file. */
  parse: (file: { source: string; text: string }) => Topology
  fetchStatus: (origin: string) => Promise<ProcessStatus>
  /**
   * Writes the topology file of a move. Processes start with this file, and its existence shows that a move is
   * unfinished. A repeat changes nothing.
   */
  writeFile: (plan: RelocationPlan) => Promise<void>
  /** Deletes the topology file of a move. */
  deleteFile: (plan: RelocationPlan) => Promise<void>
  /** Records the topology for the next start, and returns it with the path of its new file. */
  recordTopology: (topology: Topology, text: string) => Promise<Topology>
}

const POLL_MS = 20
/** The states in which a replica may run work of modules that have moved away. */
const MAY_RUN_WORK = new Set<ReplicaState>(['ready', 'stopping'])
const POLL_AFTER_ERROR_MS = 200

/** Implements the process control of relocations with a supervisor. */
export class SupervisedProcesses implements ProcessControl {
  readonly #options: SupervisedProcessesOptions

  constructor(options: SupervisedProcessesOptions) {
    this.#options = options
  }

  begin(plan: RelocationPlan): Promise<void> {
    return this.#options.writeFile(plan)
  }

  prepare(plan: RelocationPlan, direction: Direction): Promise<void> {
    const { supervisor, parse } = this.#options
    const { modules, topologyAfter, topologyBefore, toProcess, fromProcess } = plan
    return direction === 'forward'
      ? supervisor.prepareMove(parse(topologyAfter), modules, toProcess)
      : supervisor.prepareMove(parse(topologyBefore), modules, fromProcess)
  }

  placementAfter(plan: RelocationPlan): PlacementState {
    return this.#placement(plan.topologyAfter)
  }

  placementBefore(plan: RelocationPlan): PlacementState {
    return this.#placement(plan.topologyBefore)
  }

  async switchOver(plan: RelocationPlan, direction: Direction): Promise<void> {
    const { supervisor, parse } = this.#options
    const { modules, topologyAfter, topologyBefore, toProcess, fromProcess } = plan
    if (direction === 'forward') await supervisor.switchTopology(parse(topologyAfter), { modules, toProcess })
    else await supervisor.switchTopology(parse(topologyBefore), { modules, toProcess: fromProcess })
  }

  async waitUntilReleased(plan: RelocationPlan, direction: Direction, options: WaitOptions): Promise<void> {
    const { supervisor } = this.#options
    const leftProcess = direction === 'forward' ? plan.fromProcess : plan.toProcess
    for (const replica of supervisor.replicas.get(leftProcess) ?? [])
      await this.#untilReleased(replica, plan.modules, options)
  }

  async abandon(plan: RelocationPlan): Promise<void> {
    await this.#options.supervisor.endStandby()
    await this.#options.deleteFile(plan)
  }

  async finish(plan: RelocationPlan): Promise<void> {
    const { supervisor, parse, recordTopology } = this.#options
    const topology = parse(plan.topologyAfter)
    supervisor.setTopologyFile(await recordTopology(topology, plan.topologyAfter.text))
    await supervisor.endStandby()
  }

  #placement(file: { source: string; text: string }): PlacementState {
    return this.#options.supervisor.placementIn(this.#options.parse(file))
  }

  /**
   * Waits until a replica runs no work of the modules. A replica that died runs none, and restarts with the new
   * placement. Also waits for a replica that hangs, because it may continue at any time.
   */
  async #untilReleased(
    replica: Replica,
    modules: readonly string[],
    { report, signal }: WaitOptions,
  ): Promise<void> {
    let isReported = false
    while (!signal.aborted && MAY_RUN_WORK.has(replica.state)) {
      try {
        const { modules: active, leaving = [] } = await this.#options.fetchStatus(replica.plan.origin)
        if (modules.every((module) => !Object.hasOwn(active, module) && !leaving.includes(module))) return
        await pause(POLL_MS)
      } catch {
        if (!isReported)
          report(
            `waiting for "${replica.name}", which does not answer but may continue at any time. If it hangs permanently, kill it: kill -9 ${replica.pid}`,
          )
        isReported = true
        await pause(POLL_AFTER_ERROR_MS)
      }
    }
  }
}
