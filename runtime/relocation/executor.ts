import { withDeadline } from '../base/deadline.ts'
import type { Log } from '../base/log.ts'
import { isUnreachable, sqlState } from '../database/errors.ts'
import type { Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { Claim } from './claim.ts'
import { ensureHomeSchema } from './control-schema.ts'
import { Mismatch } from './finish.ts'
import { Breakpoint, Journal, type ProgressListener } from './journal.ts'
import type { Direction } from './names.ts'
import { checkDatabases } from './preflight.ts'
import { pointSubscriptions } from './prepare.ts'
import type { Problem } from './problem.ts'
import type {
  ProcessControl,
  RelocationPlan,
  RelocationPreview,
  RelocationStatus,
  StepName,
} from './relocation.ts'
import { movedBy, openDatabases, type RelocationContext, releaseSnapshots } from './relocation-context.ts'
import { Interrupted, PATIENCE, type Patience, PermanentError, retry } from './retry.ts'
import { isTargetDead } from './roll-back.ts'
import { Run } from './run.ts'
import { statusOf } from './status.ts'
import {
  hasStore,
  insertRelocation,
  listRelocations,
  type Relocation,
  readRelocation,
  readUnfinished,
  updateRelocation,
} from './store.ts'
import { countRows, listTables } from './tables.ts'
import { location } from './unfinished.ts'

export interface ExecutorOptions {
  /** The home database: where relocations are noted. */
  homeUrl: string
  /** Who moves the processes; asked for when it is needed. */
  control: () => Promise<ProcessControl>
  /** Of these modules those that have tables, with their schema migrations. */
  migratables: (modules: readonly string[]) => readonly Migratable[]
  /** The same with the addresses that the databases have now: an embedded server may be at another port since it was planned. */
  locate?: (plan: RelocationPlan) => RelocationPlan
  /** What is in the way in the processes, before anything is changed. */
  checkProcesses?: (plan: RelocationPlan) => Promise<Problem[]>
  log: Log
  patience?: Patience
}

/** A database that starts again after a crash is back by then. */
const HOME_PATIENCE_MS = 20_000
const NO_SUCH_DATABASE = '3D000'
/** How long who only looks waits for it. */
const LOOK_PATIENCE_MS = 4000

/** What is at work. */
interface Active {
  id: string
  interrupt: AbortController
  hold: Breakpoint
  listeners: Set<ProgressListener>
  done: Promise<RelocationStatus>
}

/** Executes relocations, one at a time: each step is noted before it is taken, so that it goes on after any end. */
export class RelocationExecutor {
  readonly #options: ExecutorOptions
  readonly #home: Pool
  readonly #claim: Claim
  #active: Active | undefined
  #beginning: Promise<unknown> = Promise.resolve()

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#home = openPool({ url: options.homeUrl, max: 2, transactions: 2, name: 'pando relocation' })
    this.#claim = new Claim(this.#home)
  }

  /** Everything that is in the way, and what would be moved. Changes nothing. */
  async preview(plan: RelocationPlan): Promise<Pick<RelocationPreview, 'tables' | 'problems'>> {
    const migratables = this.#options.migratables(plan.modules)
    const databases = openDatabases(plan)
    try {
      const moved = movedBy(plan, migratables)
      // A server that does not answer is waited for once, not once a check
      const found = await Promise.all([
        this.#checkUnfinished(),
        this.#options.checkProcesses?.(plan) ?? [],
        moved.length === 0 ? [] : checkDatabases({ plan, migratables, ...databases }),
      ])
      const problems = found.flat()
      const tables =
        moved.length === 0
          ? []
          : await listTables(databases.source, moved)
              .then((listed) => countRows(databases.source, listed))
              .catch((error: unknown) => {
                // One that cannot be used is a problem that has been found.
                if (problems.length === 0) throw error
                return []
              })
      return { tables, problems: problems.map(describeProblem) }
    } finally {
      await databases.close()
    }
  }

  /** Moves the modules. Throws when something is in the way before anything has changed; other ends are in the status. */
  run(
    plan: RelocationPlan,
    options: { onProgress: ProgressListener; holdAt?: StepName | undefined },
  ): Promise<RelocationStatus> {
    return this.#begin(async () => {
      if (this.#active) throw new Error(alreadyRunning(this.#active.id))
      await this.#reach(() => ensureHomeSchema(this.#home))
      const { problems } = await this.preview(plan)
      if (problems.length > 0)
        throw new Error(
          `Cannot move ${plan.modules.join(', ')}:${problems.map((each) => `\n  - ${each}`).join('')}`,
        )
      await this.#reach(() => this.#claim.take())
      await insertRelocation(this.#home, plan)
      return this.#start(plan.id, 'forth', options)
    })
  }

  /** Goes on with what did not end, in the direction that it had. Throws when there is nothing. */
  resume({ onProgress }: { onProgress: ProgressListener }): Promise<RelocationStatus> {
    return this.#begin(async () => {
      const active = this.#active
      if (active) {
        active.listeners.add(onProgress)
        active.hold.release()
        return active
      }
      const { plan, state, step, direction } = await this.#unfinished()
      await this.#reach(() => this.#claim.take())
      const goesBack = state === 'rolling back' && !isRetiring({ step, direction })
      return this.#start(plan.id, goesBack ? 'back' : direction, { onProgress })
    })
  }

  /** Takes the modules back to where they were. Throws when there is nothing, and when what they left is being dropped. */
  rollback({ onProgress }: { onProgress: ProgressListener }): Promise<RelocationStatus> {
    return this.#begin(async () => {
      const { plan } = await this.#reversible()
      const active = this.#active
      if (active) {
        active.interrupt.abort(new Interrupted('it is rolled back'))
        await active.done.catch(() => {})
        // It may have come to where there is no way back.
        await this.#reversible()
      }
      await this.#reach(() => this.#claim.take())
      return this.#start(plan.id, 'back', { onProgress })
    })
  }

  /**
   * All that were ever begun, the newest first. What its executor died of has failed, whatever it noted last. Throws soon
   * while the database is silent: nobody waits at a terminal to look at something.
   */
  async list(): Promise<RelocationStatus[]> {
    const relocations = this.#reach(() => ensureHomeSchema(this.#home)).then(() =>
      listRelocations(this.#home),
    )
    const silent = () =>
      new Error(
        `Cannot read the splits and merges: the database has not answered for ${LOOK_PATIENCE_MS / 1000} s. Run "pando doctor" for details`,
      )
    return (await withDeadline(relocations, LOOK_PATIENCE_MS, silent)).map((relocation) => {
      const status = statusOf(relocation)
      return status.id === this.#active?.id ? status : atRest(status)
    })
  }

  /** Stops what is at work, between two steps or within one; it goes on when it is resumed. */
  async close(): Promise<void> {
    this.#active?.interrupt.abort(new Interrupted('the shop stops'))
    await this.#active?.done.catch(() => {})
    await this.#claim.release().catch(() => {})
    await this.#home.end({ timeout: 1 })
  }

  async #checkUnfinished(): Promise<Problem[]> {
    const other = await this.#reach(async () =>
      (await hasStore(this.#home)) ? readUnfinished(this.#home) : undefined,
    )
    if (!other) return []
    const { modules, toProcess } = other.plan
    return [
      {
        what: `the move of ${modules.join(', ')} to "${toProcess}" has not ended`,
        remedy: 'Run "pando migration resume" or "pando migration rollback" first',
      },
    ]
  }

  /** What has not ended and can be taken back. Throws when there is nothing such. */
  async #reversible(): Promise<Relocation> {
    const relocation = await this.#unfinished()
    if (!isRetiring(relocation)) return relocation
    throw new Error(
      `Cannot roll back: what ${relocation.plan.modules.join(', ')} left behind is being dropped already. Let it end with "pando migration resume", and move them back with "pando merge"`,
    )
  }

  async #unfinished(): Promise<Relocation> {
    await this.#reach(() => ensureHomeSchema(this.#home))
    const relocation = await this.#reach(() => readUnfinished(this.#home))
    if (relocation) return relocation
    throw new Error('Cannot find a move that has not ended: there is nothing to resume or to roll back')
  }

  /**
   * Lets one begin after the other: whoever begins looks first at what there is, and may wait for the home database
   * meanwhile. Answers how it ended.
   */
  async #begin(begin: () => Promise<Pick<Active, 'done'>>): Promise<RelocationStatus> {
    const begun = this.#beginning.then(begin)
    this.#beginning = begun.catch(() => {})
    return (await begun).done
  }

  #start(
    id: string,
    direction: Direction,
    { onProgress, holdAt }: { onProgress: ProgressListener; holdAt?: StepName | undefined },
  ): Active {
    const interrupt = new AbortController()
    const listeners = new Set([onProgress])
    const hold = new Breakpoint(holdAt, interrupt.signal, (step) => {
      for (const each of listeners) each({ id, step, phase: 'running', ms: 0, note: 'held' })
    })
    const active: Active = { id, interrupt, hold, listeners, done: undefined as never }
    this.#active = active
    active.done = this.#execute(active, direction).finally(() => {
      this.#active = undefined
    })
    // Whoever asked gets it; a second one who looks on must not make it unhandled.
    active.done.catch(() => {})
    return active
  }

  async #execute(
    { id, interrupt, hold, listeners }: Active,
    direction: Direction,
  ): Promise<RelocationStatus> {
    const { log, migratables, control } = this.#options
    const relocation = await readRelocation(this.#home, id)
    const { locate = (planned) => planned } = this.#options
    const plan = locate(relocation.plan)
    const journal = new Journal(
      this.#home,
      { id, history: relocation.history },
      {
        onProgress: (progress) => {
          for (const listener of listeners) listener(progress)
        },
        before: (step) => hold.before(step),
      },
    )
    const databases = openDatabases(plan)
    const tables = migratables(plan.modules)
    const context: RelocationContext = {
      plan,
      moved: movedBy(plan, tables),
      migratables: tables,
      ...databases,
      control: await control(),
      signal: interrupt.signal,
      onProgress: (more) => journal.say(more),
      snapshots: undefined,
    }
    const run = new Run(context, journal, this.#home, this.#options.patience ?? PATIENCE)
    log.info({ relocation: id, modules: plan.modules, direction }, 'relocation begins')
    try {
      await context.control.begin(plan).catch((error: unknown) => {
        // The way back must not depend on it: the disk may be full.
        if (direction === 'forth') throw error
        log.warn({ relocation: id, err: error }, 'the file of a move that goes back cannot be written')
      })
      await this.#note(id, { state: direction === 'forth' ? 'running' : 'rolling back', error: null })
      await run
        .retry(() => pointSubscriptions(context), 'before')
        .catch(async (error: unknown) => {
          // What never left the source can be kept there without the target.
          if (direction === 'forth' || !(await isTargetDead(context))) throw error
        })
      const place = await run.retry(() => location(relocation, context), 'before')
      await (direction === 'forth' ? run.forth(place, relocation.step) : run.back(place))
      await journal.close()
      await this.#note(id, { state: direction === 'forth' ? 'done' : 'rolled back' })
    } catch (error) {
      await journal.close().catch(() => {})
      if (error instanceof Mismatch && direction === 'forth') {
        await this.#note(id, { state: 'rolling back', error: error.message })
        return await this.#goBack(run, id, error)
      }
      const message = (error as Error).message
      if (error instanceof Interrupted)
        log.info({ relocation: id, reason: message }, 'relocation interrupted')
      else log.error({ relocation: id, err: error }, 'relocation stopped')
      // One that goes back is taken up in that direction.
      await this.#note(id, {
        ...(error instanceof Interrupted || direction === 'back' ? {} : { state: 'failed' as const }),
        error: message,
      }).catch(() => {})
      if (error instanceof Interrupted) throw error
    } finally {
      await releaseSnapshots(context).catch(() => {})
      await databases.close()
    }
    const ended = atRest(statusOf(await readRelocation(this.#home, id)))
    log.info({ relocation: id, state: ended.state, pauseMs: ended.pauseMs }, 'relocation ended')
    return ended
  }

  /** What was found at the target is not what the source had. */
  async #goBack(run: Run, id: string, cause: Error): Promise<RelocationStatus> {
    this.#options.log.error({ relocation: id, err: cause }, 'relocation goes back: the copy is not right')
    await run.back('target')
    await this.#note(id, { state: 'rolled back' })
    return statusOf(await readRelocation(this.#home, id))
  }

  /** Asks the home database, which may be starting again. */
  #reach<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return retry(
      async () => {
        try {
          return await work()
        } catch (error) {
          // One that is not there does not come back by itself.
          if (isUnreachable(error) && sqlState(error) !== NO_SUCH_DATABASE) throw error
          throw error instanceof PermanentError
            ? error
            : new PermanentError(homeFailed(error), { cause: error })
        }
      },
      { patienceMs: HOME_PATIENCE_MS, signal: new AbortController().signal },
    ).catch((error: unknown) => {
      throw isUnreachable(error) ? new Error(homeFailed(error), { cause: error }) : error
    })
  }

  #note(id: string, change: Parameters<typeof updateRelocation>[2]): Promise<void> {
    return retry(() => updateRelocation(this.#home, id, change), {
      patienceMs: PATIENCE.beforeSealMs,
      signal: new AbortController().signal,
    })
  }
}

/** How it stands when nobody is at work on it: what was going has failed, whatever was noted last. */
function atRest(status: RelocationStatus): RelocationStatus {
  const isGoing = status.state === 'running' || status.state === 'rolling back'
  return isGoing ? { ...status, state: 'failed' } : status
}

/** Whether what the modules left behind is being dropped: there is no way back. */
function isRetiring({ step, direction }: Pick<Relocation, 'step' | 'direction'>): boolean {
  return step === 'retire' && direction === 'forth'
}

function homeFailed(error: unknown): string {
  return `Cannot use the database that records splits and merges: ${(error as Error).message}. Run "pando doctor" for details`
}

function describeProblem({ what, remedy }: Problem): string {
  return `${what}: ${remedy}`
}

function alreadyRunning(id: string): string {
  return `Cannot begin: another move (${id}) is going on. "pando migration status" shows it`
}
