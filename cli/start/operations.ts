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
  /** What it says of itself; null when it does not answer. */
  said: ProcessStatus | null
}

export interface ShopStatus {
  topology: string
  replicas: ReplicaStatus[]
}

/** What the command line can ask of a shop whose processes run under this supervisor. */
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
        // None where it only gets ready for some.
        modules:
          supervisor.topology.processes.find(({ name }) => name === replica.plan.process)?.modules ?? [],
        said: await fetchStatus(replica.plan.origin, secret).catch(() => null),
      }))
      return { topology: supervisor.topology.name, replicas: await Promise.all(replicas) }
    },
    scale: ({ process, count }: { process: string; count: number }, onProgress: ProgressListener) =>
      supervisor.scale(process, count, onProgress),
    /** For failure tests: takes a process down as a crash does, and keeps it down. */
    hold: ({ process }: { process: string }) => supervisor.hold(process),
    release: ({ process }: { process: string }) => supervisor.release(process),
    /** Fails as "deploy" would at once, before anything is built for it. */
    checkDeployable: async ({ process }: { process: string }) => supervisor.checkDeployable(process),
    /** `program`: the artefact to start until the next deployment; this checkout unless given. */
    deploy: ({ process, program }: { process: string; program?: string }, onProgress: ProgressListener) =>
      supervisor.deploy(
        process,
        onProgress,
        program === undefined
          ? undefined
          : (usual) => ({ ...usual, command: () => withProgram(usual.command(), program) }),
      ),
  }
}

/** The same command with another program file in the place of the one that ends in `.mjs`. */
function withProgram(command: readonly string[], program: string): string[] {
  return command.map((argument) => (argument.endsWith('.mjs') ? program : argument))
}
