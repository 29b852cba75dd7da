import type { Pool } from '../database/pool.ts'
import { CutoverMissed, cutOver, settleFence, switchOver } from './cutover.ts'
import { release, retire, verify } from './finish.ts'
import type { Journal } from './journal.ts'
import type { Direction } from './names.ts'
import { awaitSmallLag, catchUp, copy, prepare } from './prepare.ts'
import { STEPS, type StepName } from './relocation.ts'
import type { RelocationContext } from './relocation-context.ts'
import { Interrupted, interruptible, type Patience, PermanentError, retry } from './retry.ts'
import { clearAway, isTargetDead } from './roll-back.ts'
import { updateRelocation } from './store.ts'

const MAX_CUTOVERS = 20

/** The steps of one relocation, from wherever its modules are. */
export class Run {
  readonly #context: RelocationContext
  readonly #journal: Journal
  readonly #home: Pool
  readonly #patience: Patience

  constructor(context: RelocationContext, journal: Journal, home: Pool, patience: Patience) {
    this.#context = context
    this.#journal = journal
    this.#home = home
    this.#patience = patience
  }

  /** Bears with failures for a while: shorter where going back is as safe as going on. */
  retry<Answer>(work: () => Promise<Answer>, when: 'before' | 'after'): Promise<Answer> {
    const { signal, onProgress } = this.#context
    return retry(work, {
      patienceMs: when === 'before' ? this.#patience.beforeSealMs : this.#patience.afterSealMs,
      signal,
      failed: ({ message }) => onProgress({ note: `tried again: ${message}` }),
    })
  }

  /** `from`: the step that was noted last; what was done before it is not done again once the modules are at the target. */
  async forth(place: 'source' | 'target' | 'back', from: StepName): Promise<void> {
    const context = this.#context
    const isPast = (step: StepName) => place === 'target' && STEPS.indexOf(step) < STEPS.indexOf(from)
    if (place !== 'target') {
      await this.#step('prepare', () => prepare(context), 'before')
      await this.#step('copy', () => copy(context), 'before')
      await this.#step('catch up', () => catchUp(context), 'before')
    }
    const since = place === 'target' ? undefined : await this.#cutOver('forth')
    if (!isPast('switch')) await this.#switchOver('forth', since)
    if (!isPast('verify')) {
      const rows = await this.#step('verify', () => verify(context), 'after')
      await this.retry(() => updateRelocation(this.#home, context.plan.id, { rows }), 'after')
    }
    if (!isPast('release')) await this.#step('release', () => release(context, 'forth'), 'after')
    await this.#step('retire', () => retire(context), 'after')
  }

  async back(place: 'source' | 'target' | 'back'): Promise<void> {
    const context = this.#context
    if (place !== 'source') {
      let since: number | undefined
      if (place === 'target') {
        // The source may have been stopped, or have forgotten the modules.
        const { control, plan, signal } = context
        await this.retry(() => interruptible(() => control.prepare(plan, 'back'), signal), 'before')
        since = await this.#cutOver('back')
      }
      await this.#switchOver('back', since)
      await this.#step('release', () => release(context, 'back'), 'after')
    }
    await this.#journal.settle()
    await this.retry(() => clearAway(context), 'before').catch(async (error: unknown) => {
      if (error instanceof Interrupted || error instanceof PermanentError || !(await isTargetDead(context)))
        throw error
      context.onProgress({
        note: 'the target does not answer: when it does, "pando doctor" drops what is left there',
      })
    })
  }

  #step<Answer>(step: StepName, work: () => Promise<Answer>, when: 'before' | 'after'): Promise<Answer> {
    return this.retry(() => this.#journal.take(step, work), when)
  }

  /** Answers since when writers have waited; nothing when nothing has to be copied, and nobody waits. */
  async #cutOver(direction: Direction): Promise<number | undefined> {
    const context = this.#context
    if (context.moved.length === 0) return undefined
    for (let tries = 1; ; tries++) {
      try {
        await this.retry(() => awaitSmallLag(context, direction), 'before')
        return await cutOver(context, direction, (step, work) =>
          // Whoever finds only the note must look whether it was sealed, so it is there before the fence is.
          step === 'fence'
            ? this.#journal.take(step, work, direction)
            : this.#journal.takeQuickly(step, work),
        )
      } catch (error) {
        const isSealed = await this.retry(() => settleFence(context, direction), 'before')
        if (isSealed) return undefined
        if (error instanceof Interrupted || error instanceof PermanentError) throw error
        if (tries === MAX_CUTOVERS)
          throw new PermanentError(
            `the cutover failed ${tries} times, at last because ${(error as Error).message}`,
          )
        context.onProgress({
          note: `${error instanceof CutoverMissed ? '' : 'failed: '}${(error as Error).message}; tried again`,
        })
      }
    }
  }

  async #switchOver(direction: Direction, since: number | undefined): Promise<void> {
    const context = this.#context
    const work = () => switchOver(context, direction)
    // Without a fence the note alone tells where the modules are, and nobody waits.
    const take = () =>
      context.moved.length === 0
        ? this.#journal.take('switch', work, direction)
        : this.#journal.takeQuickly('switch', work)
    await this.retry(take, 'after')
    const pauseMs =
      since === undefined ? (context.moved.length === 0 ? 0 : undefined) : performance.now() - since
    await this.retry(() => this.#journal.settle(), 'after')
    if (direction === 'forth' && pauseMs !== undefined)
      await this.retry(() => updateRelocation(this.#home, context.plan.id, { pauseMs }), 'after')
  }
}
