import type { Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { isSealed, liftFence, unsealModules } from './fence.ts'
import type { RelocationPlan, RelocationState } from './relocation.ts'
import { movedModules, openDatabases, type RelocationContext } from './relocation-context.ts'
import { RETRY_TIMEOUTS, type RetryTimeouts, retry } from './retry.ts'
import { isAtOrAfter, PROCEDURE, type StepName } from './steps.ts'
import { hasStore, type Relocation, readUnfinished } from './store.ts'

/** A relocation that was interrupted by the end of the shop. */
export interface Unfinished {
  plan: RelocationPlan
  /** `failed`: the relocation continues only when the operator resumes it or rolls it back. */
  state: RelocationState
  step: StepName
  /** Whether the modules are at the target, so that `plan.topologyAfter` is in force. */
  isAtTarget: boolean
}

/**
 * Finds the unfinished relocation at the start of the shop; undefined when there is none. Reads the location of the
 * modules from the databases if the journal does not have it, and waits for databases that do not answer. `homeUrl`:
 * the URL of the home database.
 */
export async function resolveUnfinished(
  homeUrl: string,
  {
    retryTimeouts = RETRY_TIMEOUTS,
    migratables,
    updateUrls = (plan) => plan,
  }: {
    retryTimeouts?: RetryTimeouts
    migratables: (modules: readonly string[]) => readonly Migratable[]
    /** Returns the plan with the present URLs of the databases. Default: the plan itself. */
    updateUrls?: (plan: RelocationPlan) => RelocationPlan
  },
): Promise<Unfinished | undefined> {
  const home = openPool({ url: homeUrl, max: 1, name: 'pando relocation' })
  try {
    if (!(await hasStore(home))) return undefined
    const relocation = await readUnfinished(home)
    if (!relocation) return undefined
    const { state, step } = relocation
    const plan = updateUrls(relocation.plan)
    const databases = openDatabases(plan)
    try {
      const moved = movedModules(plan, migratables(plan.modules))
      const locate = async () => {
        const location = await locateModules(relocation, { ...databases, moved })
        // A process that starts with the modules must not find the record of an earlier move away.
        if (moved.length > 0 && location !== 'source')
          await unsealModules(location === 'target' ? databases.target : databases.source, moved)
        return location
      }
      const location = await retry(locate, {
        timeoutMs: retryTimeouts.beforeSealMs,
        signal: new AbortController().signal,
      })
      return { plan, state, step, isAtTarget: location === 'target' }
    } finally {
      await databases.close()
    }
  } finally {
    await home.end({ timeout: 1 })
  }
}

/**
 * Finds the unfinished relocation while an executor may work on it; undefined when there is none. Changes nothing, and
 * does not retry.
 */
export async function findUnfinished(
  home: Pool,
  {
    migratables,
    updateUrls,
  }: {
    migratables: (modules: readonly string[]) => readonly Migratable[]
    updateUrls: (plan: RelocationPlan) => RelocationPlan
  },
): Promise<Pick<Unfinished, 'plan' | 'isAtTarget'> | undefined> {
  const relocation = (await hasStore(home)) ? await readUnfinished(home) : undefined
  if (!relocation) return undefined
  const plan = updateUrls(relocation.plan)
  const databases = openDatabases(plan)
  try {
    const moved = movedModules(plan, migratables(plan.modules))
    const location = await locateModules(relocation, { ...databases, moved }, isSealed)
    return { plan, isAtTarget: location === 'target' }
  } finally {
    await databases.close()
  }
}

/** The database of the modules. `back`: at the source, after they were at the target. */
export type ModuleLocation = 'source' | 'target' | 'back'

/**
 * Finds where the modules are. `haveLeft` returns whether the modules have left a database. The default also lifts a
 * fence that was not sealed, so use it only when no other executor works on the relocation.
 */
export async function locateModules(
  { plan, step, direction }: Pick<Relocation, 'plan' | 'step' | 'direction'>,
  { source, target, moved }: Pick<RelocationContext, 'source' | 'target' | 'moved'>,
  haveLeft: typeof isSealed = isSealedAfterLift,
): Promise<ModuleLocation> {
  if (moved.length === 0) return recordedLocation(step, direction)
  if (direction === 'forth') {
    const { modules } = PROCEDURE[step]
    if (modules === 'at the source') return 'source'
    if (modules === 'at the target') return 'target'
    return (await haveLeft(source, plan.id, moved)) ? 'target' : 'source'
  }
  if (!(await haveLeft(source, plan.id, moved))) return step === 'retire' ? 'source' : 'back'
  return (await haveLeft(target, plan.id, moved)) ? 'back' : 'target'
}

function recordedLocation(step: StepName, direction: 'forth' | 'back'): ModuleLocation {
  const switched = isAtOrAfter(step, 'switch')
  if (direction === 'forth') return switched ? 'target' : 'source'
  return switched ? 'back' : 'target'
}

/** Lifts the fence first: that waits for the commit of a seal that is still running. */
async function isSealedAfterLift(sql: Pool, id: string, moved: readonly string[]): Promise<boolean> {
  await liftFence(sql, id, moved)
  return isSealed(sql, id, moved)
}
