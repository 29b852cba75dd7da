import { silenceRemedy } from '../base/silence-remedy.ts'
import type { PlacementState } from '../topology/placement.ts'
import type { SupervisorOptions } from './plans.ts'
import type { Replica } from './replica.ts'

/** A replica answers, but has not prepared the modules. The message is complete for the operator. */
export class StandbyFailed extends Error {}

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

/** Adds the remedy to an error of the connection to the replica: the replica does not answer. */
function toPrepareError(
  error: Error,
  { name, pid }: { name: string; pid: number | undefined },
  modules: readonly string[],
): Error {
  if (error instanceof StandbyFailed) return error
  const remedy = pid === undefined ? '' : `. ${silenceRemedy(pid, 'the shop')}`
  return new Error(
    `Cannot prepare ${modules.join(', ')} in "${name}": it does not answer (${error.message})${remedy}`,
    { cause: error },
  )
}
