import type { Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { isSealed, liftFence, openPlace } from './fence.ts'
import { type RelocationPlan, type RelocationState, STEPS, type StepName } from './relocation.ts'
import { movedBy, openDatabases, type RelocationContext } from './relocation-context.ts'
import { PATIENCE, type Patience, retry } from './retry.ts'
import { hasStore, type Relocation, readUnfinished } from './store.ts'

/** A relocation that did not end before the shop did. */
export interface Unfinished {
  plan: RelocationPlan
  /** `failed`: nobody goes on with it until a person says so. */
  state: RelocationState
  step: StepName
  /** The modules live at the target: the shop is laid out as in `plan.topologyAfter`. */
  sealed: boolean
}

/**
 * The relocation that did not end, for the start of the shop; undefined when there is none. Asks the databases where the
 * modules are when the notes do not tell, and waits for them. `homeUrl`: the home database.
 */
export async function unfinished(
  homeUrl: string,
  {
    patience = PATIENCE,
    migratables,
    locate = (planned) => planned,
  }: {
    patience?: Patience
    migratables: (modules: readonly string[]) => readonly Migratable[]
    /** The same with the addresses that the databases have now. */
    locate?: (plan: RelocationPlan) => RelocationPlan
  },
): Promise<Unfinished | undefined> {
  const home = openPool({ url: homeUrl, max: 1, name: 'pando relocation' })
  try {
    if (!(await hasStore(home))) return undefined
    const relocation = await readUnfinished(home)
    if (!relocation) return undefined
    const { state, step } = relocation
    const plan = locate(relocation.plan)
    const databases = openDatabases(plan)
    try {
      const moved = movedBy(plan, migratables(plan.modules))
      const find = async () => {
        const place = await location(relocation, { ...databases, moved })
        // A process that starts there must not find the word of an earlier move, that they are elsewhere.
        if (moved.length > 0 && place !== 'source')
          await openPlace(place === 'target' ? databases.target : databases.source, moved)
        return place
      }
      const place = await retry(find, {
        patienceMs: patience.beforeSealMs,
        signal: new AbortController().signal,
      })
      return { plan, state, step, sealed: place === 'target' }
    } finally {
      await databases.close()
    }
  } finally {
    await home.end({ timeout: 1 })
  }
}

/** The same for what only looks, while the shop may be at work on it: changes nothing, and does not wait. */
export async function findUnfinished(
  home: Pool,
  {
    migratables,
    locate,
  }: {
    migratables: (modules: readonly string[]) => readonly Migratable[]
    locate: (plan: RelocationPlan) => RelocationPlan
  },
): Promise<Pick<Unfinished, 'plan' | 'sealed'> | undefined> {
  const relocation = (await hasStore(home)) ? await readUnfinished(home) : undefined
  if (!relocation) return undefined
  const plan = locate(relocation.plan)
  const databases = openDatabases(plan)
  try {
    const moved = movedBy(plan, migratables(plan.modules))
    return { plan, sealed: (await location(relocation, { ...databases, moved }, isSealed)) === 'target' }
  } finally {
    await databases.close()
  }
}

/** `back`: they were at the target, and came back. */
export type Whereabouts = 'source' | 'target' | 'back'

/**
 * Where the modules live. `look` answers whether they have left a database; by default it also ends a fence that was left
 * without a seal, for when nothing is at work on the move.
 */
export async function location(
  { plan, step, direction }: Pick<Relocation, 'plan' | 'step' | 'direction'>,
  { source, target, moved }: Pick<RelocationContext, 'source' | 'target' | 'moved'>,
  look: typeof isSealed = settle,
): Promise<Whereabouts> {
  const hasBegun = STEPS.indexOf(step) >= STEPS.indexOf('fence')
  if (moved.length === 0) return noted(step, direction)
  if (direction === 'forth') {
    if (!hasBegun) return 'source'
    // The seal is committed before the switch is noted, so that nobody needs to be asked any more.
    if (STEPS.indexOf(step) > STEPS.indexOf('seal')) return 'target'
    return (await look(source, plan.id, moved)) ? 'target' : 'source'
  }
  if (!(await look(source, plan.id, moved))) return step === 'retire' ? 'source' : 'back'
  return (await look(target, plan.id, moved)) ? 'back' : 'target'
}

function noted(step: StepName, direction: 'forth' | 'back'): Whereabouts {
  const switched = STEPS.indexOf(step) >= STEPS.indexOf('switch')
  if (direction === 'forth') return switched ? 'target' : 'source'
  return switched ? 'back' : 'target'
}

/** A commit that is still on its way must not land after the question: the lift waits for it. */
async function settle(sql: Pool, id: string, moved: readonly string[]): Promise<boolean> {
  await liftFence(sql, id, moved)
  return isSealed(sql, id, moved)
}
