import type { PlacementState } from '../topology/placement.ts'
import type { SupervisorOptions } from './plans.ts'
import type { Replica } from './replica.ts'

/** Makes a running replica prepare modules that will move to it. Throws when the replica fails or does not answer. */
export async function prepareReplica(
  replica: Pick<Replica, 'plan' | 'name' | 'pid'>,
  modules: readonly string[],
  placement: PlacementState,
  { announce, waitForStandby }: Pick<SupervisorOptions, 'announce' | 'waitForStandby'>,
): Promise<void> {
  const { origin } = replica.plan
  try {
    await announce(origin, placement)
    await waitForStandby(origin, modules)
  } catch (error) {
    throw toPrepareError(error as Error, replica, modules)
  }
}

/**
 * Returns an error of the replica itself as it is. Otherwise the replica does not answer: adds what the operator can
 * do.
 */
function toPrepareError(
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
    `Cannot prepare ${modules.join(', ')} in "${name}": it does not answer (${error.message})${remedy}`,
    { cause: error },
  )
}
