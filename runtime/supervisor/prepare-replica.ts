import type { PlacementState } from '../topology/placement.ts'
import type { SupervisorOptions } from './plans.ts'
import type { Replica } from './replica.ts'

/**
 * Lets a running replica prepare modules that are about to move to it. Throws when it does not; a replica that does not
 * answer is named, with what to do about it.
 */
export async function prepareReplica(
  replica: Pick<Replica, 'plan' | 'name' | 'pid'>,
  modules: readonly string[],
  placement: PlacementState,
  { announce, inStandby }: Pick<SupervisorOptions, 'announce' | 'inStandby'>,
): Promise<void> {
  const { origin } = replica.plan
  try {
    await announce(origin, placement)
    await inStandby(origin, modules)
  } catch (error) {
    throw describeUnprepared(error as Error, replica, modules)
  }
}

/** The error of a replica that did not prepare modules. One that does not answer is named, with what to do about it. */
function describeUnprepared(
  error: Error,
  { name, pid }: { name: string; pid: number | undefined },
  modules: readonly string[],
): Error {
  if (error.message.startsWith('Cannot ')) return error
  const remedy =
    pid === undefined
      ? ''
      : `. If it was stopped, run "kill -CONT ${pid}"; if it hangs permanently, run "kill -9 ${pid}": the shop starts it again`
  return new Error(
    `Cannot get ${modules.join(', ')} ready in "${name}": it does not answer (${error.message})${remedy}`,
    { cause: error },
  )
}
