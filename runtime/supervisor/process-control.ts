import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessControl, RelocationPlan, WaitOptions } from '../relocation/relocation.ts'
import type { ProcessStatus } from '../rpc/process-client.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { Topology } from '../topology/topology.ts'
import type { Replica, ReplicaState } from './replica.ts'
import type { Supervisor } from './supervisor.ts'

export interface SupervisedProcessesOptions {
  supervisor: Supervisor
  /** Reads the text of a topology file. */
  parse: (file: { source: string; text: string }) => Topology
  fetchStatus: (origin: string) => Promise<ProcessStatus>
  /**
   * Keeps the file of the topology that is to come: processes start with it, and the shop knows by it that a move has not
   * ended. It may be there.
   */
  keep: (plan: RelocationPlan) => Promise<void>
  /** Does not keep it any more. */
  forget: (plan: RelocationPlan) => Promise<void>
  /** Keeps the topology for the next start; answers the file that it is in from now on. */
  note: (topology: Topology, text: string) => Promise<Topology>
}

type Direction = 'forth' | 'back'

const LOOK_MS = 20
/** What was started before may be running. */
const RUNS = new Set<ReplicaState>(['ready', 'stopping'])
const LOOK_AGAIN_AFTER_ERROR_MS = 200

/** Lets a relocation move modules between the processes of a supervisor. */
export class SupervisedProcesses implements ProcessControl {
  readonly #options: SupervisedProcessesOptions

  constructor(options: SupervisedProcessesOptions) {
    this.#options = options
  }

  begin(plan: RelocationPlan): Promise<void> {
    return this.#options.keep(plan)
  }

  prepare(plan: RelocationPlan, direction: Direction): Promise<void> {
    const { supervisor, parse } = this.#options
    const { modules, topologyAfter, topologyBefore, toProcess, fromProcess } = plan
    return direction === 'forth'
      ? supervisor.standBy(parse(topologyAfter), modules, toProcess)
      : supervisor.standBy(parse(topologyBefore), modules, fromProcess)
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
    if (direction === 'forth') await supervisor.layOut(parse(topologyAfter), { modules, toProcess })
    else await supervisor.layOut(parse(topologyBefore), { modules, toProcess: fromProcess })
  }

  async waitUntilReleased(plan: RelocationPlan, direction: Direction, waiting: WaitOptions): Promise<void> {
    const { supervisor } = this.#options
    const giver = direction === 'forth' ? plan.fromProcess : plan.toProcess
    for (const replica of supervisor.replicas.get(giver) ?? [])
      await this.#untilReleased(replica, plan.modules, waiting)
  }

  async abandon(plan: RelocationPlan): Promise<void> {
    await this.#options.supervisor.standDown()
    await this.#options.forget(plan)
  }

  async finish(plan: RelocationPlan): Promise<void> {
    const { supervisor, parse, note } = this.#options
    const topology = parse(plan.topologyAfter)
    supervisor.describedBy(await note(topology, plan.topologyAfter.text))
    await supervisor.standDown()
  }

  #placement(file: { source: string; text: string }): PlacementState {
    return this.#options.supervisor.placementIn(this.#options.parse(file))
  }

  /** One that died runs nothing any more, and begins anew with what the placement says; one that hangs may go on at any time. */
  async #untilReleased(
    replica: Replica,
    modules: readonly string[],
    { report, signal }: WaitOptions,
  ): Promise<void> {
    let said = false
    while (!signal.aborted && RUNS.has(replica.state)) {
      try {
        const { modules: active, leaving = [] } = await this.#options.fetchStatus(replica.plan.origin)
        if (modules.every((module) => !Object.hasOwn(active, module) && !leaving.includes(module))) return
        await pause(LOOK_MS)
      } catch {
        if (!said)
          report(
            `"${replica.name}" does not answer, and is waited for as it may go on at any time. Where it hangs for good, end it: kill -9 ${replica.pid}`,
          )
        said = true
        await pause(LOOK_AGAIN_AFTER_ERROR_MS)
      }
    }
  }
}
