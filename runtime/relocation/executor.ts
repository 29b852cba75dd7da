import type { Log } from '../base/log.ts'
import { withTimeout } from '../base/timeout.ts'
import { isUnreachable, sqlState } from '../database/errors.ts'
import type { Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { isOnlyTargetUnreachable } from './clean-up.ts'
import { ensureHomeSchema } from './control-schema.ts'
import { ExecutorLock } from './executor-lock.ts'
import { Mismatch } from './finish.ts'
import { Breakpoint, Journal, type ProgressListener } from './journal.ts'
import type { Direction } from './names.ts'
import { checkDatabases } from './preflight.ts'
import { updateSubscriptions } from './prepare.ts'
import type { Problem } from './problem.ts'
import type { ProcessControl, RelocationPlan, RelocationPreview, RelocationStatus } from './relocation.ts'
import {
  movedModules,
  openDatabases,
  type RelocationContext,
  releaseSnapshots,
} from './relocation-context.ts'
import { Interrupted, PermanentError, RETRY_TIMEOUTS, type RetryTimeouts, retry } from './retry.ts'
import { Run } from './run.ts'
import { statusOf } from './status.ts'
import { PROCEDURE, type StepName } from './steps.ts'
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
import { locateModules } from './unfinished.ts'

export interface ExecutorOptions {
  /** The URL of the home database, which records relocations. */
  homeUrl: string
  /** Called each time a relocation is started or resumed. */
  control: () => Promise<ProcessControl>
  /** Returns those of the given modules that have tables, with their schema migrations. */
  migratables: (modules: readonly string[]) => readonly Migratable[]
  /**
   * Returns the plan with the present URLs of the databases: the port of an embedded server may have changed since the
   * plan was made. Default: the plan itself.
   */
  updateUrls?: (plan: RelocationPlan) => RelocationPlan
  /** Called in the preflight. Returns what in the processes prevents the relocation. Default: nothing. */
  checkProcesses?: (plan: RelocationPlan) => Promise<Problem[]>
  log: Log
  retryTimeouts?: RetryTimeouts
}

/** How long work on the home database is retried: long enough for a database to restart after a crash. */
const HOME_TIMEOUT_MS = 20_000
/** Shorter than `HOME_TIMEOUT_MS`, because an operator waits for the list. */
const LIST_TIMEOUT_MS = 4000
/** 3D000 invalid_catalog_name. */
const NO_SUCH_DATABASE = '3D000'

/** The relocation that is being executed. */
interface Active {
  id: string
  interrupt: AbortController
  hold: Breakpoint
  listeners: Set<ProgressListener>
  done: Promise<RelocationStatus>
}

/** Executes relocations, one at a time. Records their steps, so that a relocation can be resumed after a crash. */
export class RelocationExecutor {
  readonly #options: ExecutorOptions
  readonly #home: Pool
  readonly #lock: ExecutorLock
  #active: Active | undefined
  /** The latest queued start: see `#queueStart`. */
  #starting: Promise<unknown> = Promise.resolve()

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#home = openPool({ url: options.homeUrl, max: 2, transactions: 2, name: 'pando relocation' })
    this.#lock = new ExecutorLock(this.#home)
  }

  /** Runs the preflight: returns all problems, and the tables that would move. Changes nothing. */
  async preview(plan: RelocationPlan): Promise<Pick<RelocationPreview, 'tables' | 'problems'>> {
    const migratables = this.#options.migratables(plan.modules)
    const databases = openDatabases(plan)
    try {
      const moved = movedModules(plan, migratables)
      const unfinished = await this.#checkUnfinished()
      const found = await Promise.all([
        this.#options.checkProcesses?.(plan) ?? [],
        // The trials take locks, which must not delay the cutover of another move.
        moved.length === 0 || unfinished.length > 0
          ? []
          : checkDatabases({ plan, migratables, ...databases }),
      ])
      const problems = [unfinished, ...found].flat()
      const tables =
        moved.length === 0
          ? []
          : await listTables(databases.source, moved)
              .then((listed) => countRows(databases.source, listed))
              .catch((error: unknown) => {
                // A database that cannot be read is among the problems.
                if (problems.length === 0) throw error
                return []
              })
      return { tables, problems: problems.map(describeProblem) }
    } finally {
      await databases.close()
    }
  }

  /**
   * Moves the modules, and returns the status at the end. Throws, and moves nothing, when the preflight finds
   * problems.
   */
  run(
    plan: RelocationPlan,
    options: { onProgress: ProgressListener; holdAt?: StepName | undefined },
  ): Promise<RelocationStatus> {
    return this.#queueStart(async () => {
      if (this.#active) throw new Error(anotherIsRunning(this.#active.id))
      await this.#retryHome(() => ensureHomeSchema(this.#home))
      const { problems } = await this.preview(plan)
      if (problems.length > 0)
        throw new Error(
          `Cannot move ${plan.modules.join(', ')}:${problems.map((each) => `\n  - ${each}`).join('')}`,
        )
      await this.#retryHome(() => this.#lock.acquire())
      await insertRelocation(this.#home, plan)
      return this.#start(plan.id, 'forward', options)
    })
  }

  /**
   * Resumes the unfinished relocation in its direction, and returns the status at the end. Throws when there is none.
   */
  resume({ onProgress }: { onProgress: ProgressListener }): Promise<RelocationStatus> {
    return this.#queueStart(async () => {
      const active = this.#active
      if (active) {
        active.listeners.add(onProgress)
        active.hold.release()
        return active
      }
      const { plan, state, step, direction } = await this.#unfinished()
      await this.#retryHome(() => this.#lock.acquire())
      // A rollback that came while the tables at the source were being dropped cannot be done: complete the relocation.
      const isRollback = state === 'rolling back' && !isRetiring({ step, direction })
      return this.#start(plan.id, isRollback ? 'backward' : direction, { onProgress })
    })
  }

  /**
   * Rolls the unfinished relocation back, and returns the status at the end. Throws when there is none, and when the
   * schemas at the source are already being dropped.
   */
  rollback({ onProgress }: { onProgress: ProgressListener }): Promise<RelocationStatus> {
    return this.#queueStart(async () => {
      const { plan } = await this.#reversible()
      const active = this.#active
      if (active) {
        active.interrupt.abort(new Interrupted('another command rolls it back'))
        await active.done.catch(() => {})
        // Before it stopped, the relocation may have begun to drop the tables at the source.
        await this.#reversible()
      }
      await this.#retryHome(() => this.#lock.acquire())
      return this.#start(plan.id, 'backward', { onProgress })
    })
  }

  /**
   * All relocations, the newest first. One whose executor died has the state `failed`. Throws after four seconds when
   * the database does not answer.
   */
  async list(): Promise<RelocationStatus[]> {
    const relocations = this.#retryHome(() => ensureHomeSchema(this.#home)).then(() =>
      listRelocations(this.#home),
    )
    const timeoutError = () =>
      new Error(
        `Cannot read the splits and merges: the database has not answered for ${LIST_TIMEOUT_MS / 1000} s. Run "pando doctor" for details`,
      )
    return (await withTimeout(relocations, LIST_TIMEOUT_MS, timeoutError)).map((relocation) => {
      const status = statusOf(relocation)
      return status.id === this.#active?.id ? status : failedUnlessEnded(status)
    })
  }

  /** Interrupts the active relocation, even within a step. Another executor can resume the relocation. */
  async close(): Promise<void> {
    this.#active?.interrupt.abort(new Interrupted('the shop stops'))
    await this.#active?.done.catch(() => {})
    await this.#lock.release().catch(() => {})
    await this.#home.end({ timeout: 1 })
  }

  async #checkUnfinished(): Promise<Problem[]> {
    const other = await this.#retryHome(async () =>
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

  /** The unfinished relocation, if it can be rolled back. Throws otherwise. */
  async #reversible(): Promise<Relocation> {
    const relocation = await this.#unfinished()
    if (!isRetiring(relocation)) return relocation
    throw new Error(
      `Cannot roll back: the tables that ${relocation.plan.modules.join(', ')} left behind are already being dropped. Let it end with "pando migration resume", and move the modules back with "pando merge"`,
    )
  }

  async #unfinished(): Promise<Relocation> {
    await this.#retryHome(() => ensureHomeSchema(this.#home))
    const relocation = await this.#retryHome(() => readUnfinished(this.#home))
    if (relocation) return relocation
    throw new Error('Cannot find an unfinished move: there is nothing to resume or to roll back')
  }

  /**
   * Runs starts one after the other, because each first reads the state, which may wait for the home database. Returns
   * the status of the relocation at its end.
   */
  async #queueStart(start: () => Promise<Pick<Active, 'done'>>): Promise<RelocationStatus> {
    const started = this.#starting.then(start)
    this.#starting = started.catch(() => {})
    return (await started).done
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
    // The caller of the method handles a rejection; this keeps it from also being reported as unhandled.
    active.done.catch(() => {})
    return active
  }

  async #execute(
    { id, interrupt, hold, listeners }: Active,
    direction: Direction,
  ): Promise<RelocationStatus> {
    const { log, migratables, control } = this.#options
    const relocation = await readRelocation(this.#home, id)
    const { updateUrls = (plan) => plan } = this.#options
    const plan = updateUrls(relocation.plan)
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
      moved: movedModules(plan, tables),
      migratables: tables,
      ...databases,
      control: await control(),
      signal: interrupt.signal,
      onProgress: (progress) => journal.report(progress),
      snapshots: undefined,
    }
    const run = new Run(context, journal, this.#home, this.#options.retryTimeouts ?? RETRY_TIMEOUTS)
    log.info({ relocation: id, modules: plan.modules, direction }, 'relocation started')
    try {
      await context.control.begin(plan).catch((error: unknown) => {
        // A rollback must work even with a full disk.
        if (direction === 'forward') throw error
        log.warn({ relocation: id, err: error }, 'cannot write the topology file of a rollback')
      })
      await this.#record(id, { state: direction === 'forward' ? 'running' : 'rolling back', error: null })
      await run
        .retry(() => updateSubscriptions(context), 'before')
        .catch(async (error: unknown) => {
          // Modules that never left the source can stay there without the target.
          if (direction === 'forward' || !(await isOnlyTargetUnreachable(context))) throw error
        })
      const location = await run.retry(() => locateModules(relocation, context), 'before')
      await (direction === 'forward'
        ? run.moveForward(location, relocation.step)
        : run.moveBackward(location))
      await journal.close()
      await this.#record(id, { state: direction === 'forward' ? 'done' : 'rolled back' })
    } catch (error) {
      await journal.close().catch(() => {})
      if (error instanceof Mismatch && direction === 'forward') {
        await this.#record(id, { state: 'rolling back', error: error.message })
        return await this.#rollBack(run, id, error)
      }
      const message = (error as Error).message
      if (error instanceof Interrupted)
        log.info({ relocation: id, reason: message }, 'relocation interrupted')
      else log.error({ relocation: id, err: error }, 'relocation stopped')
      // A rollback keeps its state, so that it is resumed as a rollback.
      await this.#record(id, {
        ...(error instanceof Interrupted || direction === 'backward' ? {} : { state: 'failed' as const }),
        error: message,
      }).catch(() => {})
      if (error instanceof Interrupted) throw error
    } finally {
      await releaseSnapshots(context).catch(() => {})
      await databases.close()
    }
    const ended = failedUnlessEnded(statusOf(await readRelocation(this.#home, id)))
    log.info({ relocation: id, state: ended.state, pauseMs: ended.pauseMs }, 'relocation ended')
    return ended
  }

  /** Rolls back because the copy at the target differs from the source, and returns the status at the end. */
  async #rollBack(run: Run, id: string, cause: Error): Promise<RelocationStatus> {
    this.#options.log.error(
      { relocation: id, err: cause },
      'rolling the relocation back: the copy differs from the original',
    )
    await run.moveBackward('target')
    await this.#record(id, { state: 'rolled back' })
    return statusOf(await readRelocation(this.#home, id))
  }

  /** Retries work on the home database while the database may be restarting. */
  #retryHome<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return retry(
      async () => {
        try {
          return await work()
        } catch (error) {
          // A retry does not help against a database that does not exist.
          if (isUnreachable(error) && sqlState(error) !== NO_SUCH_DATABASE) throw error
          throw error instanceof PermanentError
            ? error
            : new PermanentError(homeErrorMessage(error), { cause: error })
        }
      },
      { timeoutMs: HOME_TIMEOUT_MS, signal: new AbortController().signal },
    ).catch((error: unknown) => {
      throw isUnreachable(error) ? new Error(homeErrorMessage(error), { cause: error }) : error
    })
  }

  #record(id: string, change: Parameters<typeof updateRelocation>[2]): Promise<void> {
    return retry(() => updateRelocation(this.#home, id, change), {
      timeoutMs: RETRY_TIMEOUTS.beforeSealMs,
      signal: new AbortController().signal,
    })
  }
}

/** The status of a relocation without an executor: if it is recorded as running, its executor has died. */
function failedUnlessEnded(status: RelocationStatus): RelocationStatus {
  const isRunning = status.state === 'running' || status.state === 'rolling back'
  return isRunning ? { ...status, state: 'failed' } : status
}

/** Whether the schemas at the source are being dropped, so that a rollback is impossible. */
function isRetiring({ step, direction }: Pick<Relocation, 'step' | 'direction'>): boolean {
  return direction === 'forward' && PROCEDURE[step].rollback === undefined
}

function homeErrorMessage(error: unknown): string {
  return `Cannot use the database that records splits and merges: ${(error as Error).message}. Run "pando doctor" for details`
}

function describeProblem({ what, remedy }: Problem): string {
  return `${what}: ${remedy}`
}

function anotherIsRunning(id: string): string {
  return `Cannot start: another move (${id}) is running. "pando migration status" shows it`
}
