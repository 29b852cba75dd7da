import type { PlacementState } from '../topology/placement.ts'
import type { SupervisorOptions } from './plans.ts'
import type { Replica } from './replica.ts'

/** Makes a running replica prepare modules that will move to it. Throws when the replica fails or does not answer. */
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

/** Keeps an error of the replica itself. Otherwise the replica does not answer: says what the operator can do. */
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
    `Cannot prepare ${modules.join(', ')} in "${name}": it does not answer (${error.message})${remedy}`,
    { cause: error },
  )
}
