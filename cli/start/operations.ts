import { fetchStatus, type ProcessStatus } from '#runtime/rpc/process-client.ts'
import type { ProgressListener } from '#runtime/supervisor/plans.ts'
import type { Supervisor } from '#runtime/supervisor/supervisor.ts'

/** One replica, as `pando status` shows it. */
export interface ReplicaStatus {
  process: string
  replica: number
  state: string
  pid: number | null
  restarts: number
  origin: string | null
  modules: readonly string[]
  /** Its own status; null when it does not answer. */
  said: ProcessStatus | null
}

export interface ShopStatus {
  topology: string
  replicas: ReplicaStatus[]
}

/** The operations that the commands can call on a shop whose processes run under this supervisor. */
export function supervisorOperations(supervisor: Supervisor, secret: string) {
  return {
    async status(): Promise<ShopStatus> {
      const replicas = [...supervisor.replicas.values()].flat().map(async (replica) => ({
        process: replica.plan.process,
        replica: replica.plan.index,
        state: replica.state,
        pid: replica.pid ?? null,
        restarts: replica.restarts,
        origin: replica.plan.origin,
        // Empty for a new process that only prepares for modules of an unfinished split
        modules:
          supervisor.topology.processes.find(({ name }) => name === replica.plan.process)?.modules ?? [],
        said: await fetchStatus(replica.plan.origin, secret).catch(() => null),
      }))
      return { topology: supervisor.topology.name, replicas: await Promise.all(replicas) }
    },
    scale: ({ process, count }: { process: string; count: number }, onProgress: ProgressListener) =>
      supervisor.scale(process, count, onProgress),
    /** For failure tests: kills a process, and keeps it down until `release`. */
    hold: ({ process }: { process: string }) => supervisor.hold(process),
    release: ({ process }: { process: string }) => supervisor.release(process),
    /** Throws the errors that `deploy` would throw at once, before an artefact is built for it. */
    checkDeployable: async ({ process }: { process: string }) => supervisor.checkDeployable(process),
    /** `program`: the program of the artefact to run until the next deployment. Default: this source tree. */
    deploy: ({ process, program }: { process: string; program?: string }, onProgress: ProgressListener) =>
      supervisor.deploy(
        process,
        onProgress,
        program === undefined
          ? undefined
          : (plan) => ({ ...plan, command: () => withProgram(plan.command(), program) }),
      ),
  }
}

/** The command with its program file, the argument that ends in `.mjs`, replaced. */
function withProgram(command: readonly string[], program: string): string[] {
  return command.map((argument) => (argument.endsWith('.mjs') ? program : argument))
}
