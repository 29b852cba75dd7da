import type { Pool } from '../database/pool.ts'
import { cleanUp, isOnlyTargetUnreachable } from './clean-up.ts'
import { CutoverAborted, cutOver, settleFence, switchOver } from './cutover.ts'
import { release, retire, verify } from './finish.ts'
import type { Journal } from './journal.ts'
import type { Direction } from './names.ts'
import { awaitSmallLag, catchUp, copy, prepare } from './prepare.ts'
import type { RelocationContext } from './relocation-context.ts'
import { Interrupted, interruptible, PermanentError, type RetryTimeouts, retry } from './retry.ts'
import { isAtOrAfter, PROCEDURE, STEPS_AFTER_CUTOVER, STEPS_BEFORE_CUTOVER, type StepName } from './steps.ts'
import { updateRelocation } from './store.ts'
import type { ModuleLocation } from './unfinished.ts'

const MAX_CUTOVER_ATTEMPTS = 20

/** The work of the steps outside of the cutover. `verify` returns how many rows moved. */
const WORK: Partial<
  Record<StepName, (context: RelocationContext, direction: Direction) => Promise<unknown>>
> = { prepare, copy, 'catch up': catchUp, verify, release, retire }

/** Runs the steps of one relocation, starting from the present location of its modules. */
export class Run {
  readonly #context: RelocationContext
  readonly #journal: Journal
  readonly #home: Pool
  readonly #retryTimeouts: RetryTimeouts

  constructor(context: RelocationContext, journal: Journal, home: Pool, retryTimeouts: RetryTimeouts) {
    this.#context = context
    this.#journal = journal
    this.#home = home
    this.#retryTimeouts = retryTimeouts
  }

  /** Retries failing work, for a time that depends on whether it runs before or after the seal. */
  retry<Answer>(work: () => Promise<Answer>, seal: 'before' | 'after'): Promise<Answer> {
    const { signal, onProgress } = this.#context
    return retry(work, {
      timeoutMs: seal === 'before' ? this.#retryTimeouts.beforeSealMs : this.#retryTimeouts.afterSealMs,
      signal,
      failed: ({ message }) => onProgress({ note: `retrying after an error: ${message}` }),
    })
  }

  /**
   * Moves the modules to the target. `lastStep` is the last recorded step: if the modules are at the target, earlier
   * steps are skipped.
   */
  async moveForward(location: ModuleLocation, lastStep: StepName): Promise<void> {
    let writersWaitSince: number | undefined
    if (location !== 'target') {
      for (const step of STEPS_BEFORE_CUTOVER) await this.#step(step)
      writersWaitSince = await this.#cutOver('forward')
    }
    for (const step of STEPS_AFTER_CUTOVER) {
      if (location === 'target' && !isAtOrAfter(step, lastStep)) continue
      if (step === 'switch') await this.#switchOver('forward', writersWaitSince)
      else await this.#step(step)
    }
  }

  /** Moves the modules back to the source, or keeps them there, and cleans up. */
  async moveBackward(location: ModuleLocation): Promise<void> {
    const context = this.#context
    if (location !== 'source') {
      let writersWaitSince: number | undefined
      if (location === 'target') {
        // The processes of the source may have been stopped, or no longer have the modules.
        const { control, plan, signal } = context
        await this.retry(() => interruptible(() => control.prepare(plan, 'backward'), signal), 'before')
        writersWaitSince = await this.#cutOver('backward')
      }
      await this.#switchOver('backward', writersWaitSince)
      await this.#step('release', 'backward')
    }
    await this.#journal.flush()
    await this.retry(() => cleanUp(context), 'before').catch(async (error: unknown) => {
      if (
        error instanceof Interrupted ||
        error instanceof PermanentError ||
        !(await isOnlyTargetUnreachable(context))
      )
        throw error
      context.onProgress({
        note: 'the target does not answer: once it does, "pando doctor" drops what is left there',
      })
    })
  }

  /** Runs and records a step outside of the cutover. */
  async #step(step: StepName, direction: Direction = 'forward'): Promise<void> {
    const work = WORK[step]
    if (!work) throw new Error(`Cannot run the step "${step}" on its own: it is part of the cutover`)
    const context = this.#context
    const seal = PROCEDURE[step].modules === 'at the target' ? 'after' : 'before'
    const result = await this.retry(() => this.#journal.run(step, () => work(context, direction)), seal)
    // Only `verify` returns a number
    if (typeof result === 'number')
      await this.retry(() => updateRelocation(this.#home, context.plan.id, { rows: result }), seal)
  }

  /**
   * Returns when writers began to wait; undefined when no tables move, or an earlier attempt was already sealed.
   */
  async #cutOver(direction: Direction): Promise<number | undefined> {
    const context = this.#context
    if (context.moved.length === 0) return undefined
    for (let attempts = 1; ; attempts++) {
      try {
        await this.retry(() => awaitSmallLag(context, direction), 'before')
        return await cutOver(context, direction, (step, work) =>
          // The record of the fence must exist before the fence: after a crash it says that a seal is possible.
          step === 'fence'
            ? this.#journal.run(step, work, direction)
            : this.#journal.runWithoutWaiting(step, work),
        )
      } catch (error) {
        const isSealed = await this.retry(() => settleFence(context, direction), 'before')
        if (isSealed) return undefined
        if (error instanceof Interrupted || error instanceof PermanentError) throw error
        if (attempts === MAX_CUTOVER_ATTEMPTS)
          throw new PermanentError(
            `the cutover failed ${attempts} times, the last time because ${(error as Error).message}`,
          )
        context.onProgress({
          note: `${error instanceof CutoverAborted ? '' : 'failed: '}${(error as Error).message}; retrying`,
        })
      }
    }
  }

  async #switchOver(direction: Direction, writersWaitSince: number | undefined): Promise<void> {
    const context = this.#context
    const work = () => switchOver(context, direction)
    // When no tables move, there is no fence: only this record says where the modules are, and no writers wait.
    const runStep = () =>
      context.moved.length === 0
        ? this.#journal.run('switch', work, direction)
        : this.#journal.runWithoutWaiting('switch', work)
    await this.retry(runStep, 'after')
    // Unknown after a resume, when an earlier run began the pause
    const pauseMs = context.moved.length === 0 ? 0 : writersWaitSince && performance.now() - writersWaitSince
    await this.retry(() => this.#journal.flush(), 'after')
    if (direction === 'forward' && pauseMs !== undefined)
      await this.retry(() => updateRelocation(this.#home, context.plan.id, { pauseMs }), 'after')
  }
}
