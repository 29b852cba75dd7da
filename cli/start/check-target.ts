import type { Problem } from '#runtime/relocation/problem.ts'
import type { RelocationPlan } from '#runtime/relocation/relocation.ts'
import type { ProcessStatus } from '#runtime/rpc/process-client.ts'

/** A replica as its supervisor knows it. */
interface Running {
  readonly pid: number | undefined
  readonly plan: { readonly index: number; readonly origin: string }
}

/** What is in the way of a move in the process that the modules go to, which runs already. */
export async function checkTarget(
  { toProcess, modules }: Pick<RelocationPlan, 'toProcess' | 'modules'>,
  replicas: readonly Running[],
  fetchStatus: (origin: string) => Promise<Pick<ProcessStatus, 'artefact'>>,
): Promise<Problem[]> {
  const checks = replicas.map(async ({ pid, plan }): Promise<Problem[]> => {
    const name = `"${toProcess}.${plan.index}"${pid === undefined ? '' : ` (pid ${pid})`}`
    let status: Pick<ProcessStatus, 'artefact'>
    try {
      status = await fetchStatus(plan.origin)
    } catch {
      const goOn =
        pid === undefined ? '' : `Let it go on, with "kill -CONT ${pid}" if it was stopped, or replace it: `
      return [{ what: `${name} does not answer`, remedy: `${goOn}"pando deploy ${toProcess}"` }]
    }
    const lacking = modules.filter((module) => !(status.artefact?.includes(module) ?? true))
    if (lacking.length === 0) return []
    return [
      {
        what: `${name} runs an artefact that was built without ${lacking.join(', ')}`,
        remedy: `Let it run from the checkout: "pando deploy ${toProcess}"; afterwards it can be built and deployed with them`,
      },
    ]
  })
  return (await Promise.all(checks)).flat()
}
