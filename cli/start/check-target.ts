import { silenceRemedy } from '#runtime/base/silence-remedy.ts'
import type { Problem } from '#runtime/relocation/problem.ts'
import type { RelocationPlan } from '#runtime/relocation/relocation.ts'
import type { ProcessStatus } from '#runtime/rpc/process-client.ts'

interface RunningReplica {
  readonly pid: number | undefined
  readonly plan: { readonly index: number; readonly origin: string }
}

/** Finds replicas of a move's target process that do not answer, or whose artefact lacks the modules. */
export async function checkTarget(
  { toProcess, modules }: Pick<RelocationPlan, 'toProcess' | 'modules'>,
  replicas: readonly RunningReplica[],
  fetchStatus: (origin: string) => Promise<Pick<ProcessStatus, 'artefact'>>,
): Promise<Problem[]> {
  const checks = replicas.map(async ({ pid, plan }): Promise<Problem[]> => {
    const name = `"${toProcess}.${plan.index}"${pid === undefined ? '' : ` (pid ${pid})`}`
    let status: Pick<ProcessStatus, 'artefact'>
    try {
      status = await fetchStatus(plan.origin)
    } catch {
      const remedy =
        pid === undefined ? `Replace it with "pando deploy ${toProcess}"` : silenceRemedy(pid, 'the shop')
      return [{ what: `${name} does not answer`, remedy }]
    }
    // A process that runs from the source tree has no `artefact`, and the code of all modules
    const missing = modules.filter((module) => status.artefact && !status.artefact.includes(module))
    if (missing.length === 0) return []
    return [
      {
        what: `${name} runs an artefact that was built without ${missing.join(', ')}`,
        remedy: `Run the process from the source tree with "pando deploy ${toProcess}". After the move, an artefact with these modules can be built and deployed`,
      },
    ]
  })
  return (await Promise.all(checks)).flat()
}
