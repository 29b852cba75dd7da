import type { RelocationStatus } from './relocation.ts'
import type { Relocation } from './store.ts'

/** The public status of a relocation. */
export function statusOf(relocation: Relocation): RelocationStatus {
  const { plan, step, state, history, pauseMs, rows, error, createdAt, updatedAt } = relocation
  const { id, modules, fromProcess, toProcess, topologyBefore, topologyAfter } = plan
  return {
    id,
    modules,
    fromProcess,
    toProcess,
    step,
    state,
    ...(state === 'rolling back' ? { isRollback: true as const } : {}),
    steps: history,
    pauseMs,
    rows,
    error,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    topology: state === 'rolled back' ? topologyBefore : topologyAfter,
  }
}
