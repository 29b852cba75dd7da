import type { Migratable } from '../database/migrate.ts'
import type { Pool } from '../database/pool.ts'
import { isSealed, liftFence, removeFence } from './fence.ts'
import type { Direction } from './names.ts'
import type { RelocationPlan, RelocationState } from './relocation.ts'
import { movedModules, openDatabases, type RelocationContext } from './relocation-context.ts'
import { RETRY_TIMEOUTS, retry } from './retry.ts'
import { isAtOrAfter, PROCEDURE, type StepName } from './steps.ts'
import { hasStore, type Relocation, readUnfinished } from './store.ts'

/** A relocation that was interrupted by the end of the shop. */
export interface Unfinished {
  plan: RelocationPlan
  state: RelocationState
  step: StepName
  /** Whether the modules are at the target, so that `plan.topologyAfter` is in force. */
  isAtTarget: boolean
}

interface UnfinishedOptions {
  migratables: (modules: readonly string[]) => readonly Migratable[]
  /** Returns the plan with the present URLs of the databases. Default: the plan itself. */
  updateUrls?: (plan: RelocationPlan) => RelocationPlan
}

/**
 * Finds the unfinished relocation at the start of the shop; undefined when there is none. Reads the location of the
 * modules from the databases if the journal does not have it, and waits for databases that do not answer. `home`: the
 * database with the journal.
 */
export function resolveUnfinished(home: Pool, options: UnfinishedOptions): Promise<Unfinished | undefined> {
  return locateUnfinished(home, options, (relocation, databases) => {
    const { source, target, moved } = databases
    const locate = async () => {
      const location = await locateModules(relocation, databases)
      // A process that starts with the modules must not find the record of an earlier move away.
      if (moved.length > 0 && location !== 'source')
        await removeFence(location === 'target' ? target : source, moved)
      return location
    }
    const { signal } = new AbortController()
    return retry(locate, { timeoutMs: RETRY_TIMEOUTS.beforeSealMs, signal })
  })
}

/** Like `resolveUnfinished`, while an executor may work on the relocation. Changes nothing, and does not retry. */
export function findUnfinished(home: Pool, options: UnfinishedOptions): Promise<Unfinished | undefined> {
  return locateUnfinished(home, options, (relocation, databases) =>
    locateModules(relocation, databases, isSealed),
  )
}

type ModuleDatabases = Pick<RelocationContext, 'source' | 'target' | 'moved'>

async function locateUnfinished(
  home: Pool,
  { migratables, updateUrls = (plan) => plan }: UnfinishedOptions,
  locate: (relocation: Relocation, databases: ModuleDatabases) => Promise<ModuleLocation>,
): Promise<Unfinished | undefined> {
  const relocation = (await hasStore(home)) ? await readUnfinished(home) : undefined
  if (!relocation) return undefined
  const { state, step } = relocation
  const plan = updateUrls(relocation.plan)
  const databases = openDatabases(plan)
  try {
    const moved = movedModules(plan, migratables(plan.modules))
    const location = await locate(relocation, { ...databases, moved })
    return { plan, state, step, isAtTarget: location === 'target' }
  } finally {
    await databases.close()
  }
}

/** The database of the modules. `returned`: at the source, after they were at the target. */
export type ModuleLocation = 'source' | 'target' | 'returned'

/**
 * Finds where the modules are. `haveLeft` returns whether the modules have left a database. The default also lifts a
 * fence that was not sealed, so use it only when no other executor works on the relocation.
 */
export async function locateModules(
  { plan, step, direction }: Pick<Relocation, 'plan' | 'step' | 'direction'>,
  { source, target, moved }: ModuleDatabases,
  haveLeft: typeof isSealed = isSealedAfterLift,
): Promise<ModuleLocation> {
  if (moved.length === 0) return recordedLocation(step, direction)
  if (direction === 'forward') {
    const { modules } = PROCEDURE[step]
    if (modules === 'at the source') return 'source'
    if (modules === 'at the target') return 'target'
    return (await haveLeft(source, plan.id, moved)) ? 'target' : 'source'
  }
  if (!(await haveLeft(source, plan.id, moved))) return step === 'retire' ? 'source' : 'returned'
  return (await haveLeft(target, plan.id, moved)) ? 'returned' : 'target'
}

function recordedLocation(step: StepName, direction: Direction): ModuleLocation {
  const switched = isAtOrAfter(step, 'switch')
  if (direction === 'forward') return switched ? 'target' : 'source'
  return switched ? 'returned' : 'target'
}

/** Lifts the fence first: that waits for the commit of a seal that is still running. */
async function isSealedAfterLift(sql: Pool, id: string, moved: readonly string[]): Promise<boolean> {
  await liftFence(sql, id, moved)
  return isSealed(sql, id, moved)
}
