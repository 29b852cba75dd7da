import { waitAfter } from '../base/back-off.ts'
import type { SharedTransaction } from '../call/call.ts'
import type { HostedModule } from '../call/host.ts'
import type { StoredFailure } from '../call/idempotency.ts'
import { workflowCaller } from '../contract/caller.ts'
import { Failure, isMisdirected, isPermanent, runtimeFailure } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'
import { fencedModule } from '../database/fence.ts'
import { transaction } from '../database/transaction.ts'
import type { AnyWorkflow, Decision, Step } from '../module/workflow.ts'
import { EntryWriter } from './entry-writer.ts'
import { type JournalEntry, LostEntry } from './journal.ts'
import type { RunEngine, RunOptions } from './options.ts'
import {
  compensatedTo,
  compensationsOf,
  fail,
  finish,
  isNothingToCompensate,
  leased,
  leaseFrom,
  toStored,
} from './progress.ts'
import {
  canShare,
  countAttempted,
  firstSegment,
  isPastFinalStep,
  type Operation,
  parallelStep,
} from './segments.ts'
import type { Task } from './task.ts'
import { runTasks } from './tasks.ts'

const RETRY_MS = 500
/** Longer than a fence lasts without a seal. */
const MAX_MOVE_WAIT_MS = 10_000
const MAX_RETRY_MS = 60_000
/** Short, because a call of an unavailable module costs little, and workflows should continue soon after it is back. */
const MAX_UNANSWERED_RETRY_MS = 5000

/** Runs one workflow from the state in its journal until it is settled: done, waiting or failed. */
export class Run {
  readonly #engine: RunEngine
  readonly #owner: HostedModule
  readonly #workflow: AnyWorkflow
  readonly #entry: JournalEntry
  readonly #traceId: string
  readonly #writer: EntryWriter

  constructor(
    engine: RunEngine,
    owner: HostedModule,
    workflow: AnyWorkflow,
    entry: JournalEntry,
    options: RunOptions,
  ) {
    this.#engine = engine
    this.#owner = owner
    this.#workflow = workflow
    this.#entry = entry
    this.#traceId = options.traceId
    this.#writer = new EntryWriter(owner, engine.runner, options)
  }

  /** Resolves when the journal has the current state. Never rejects. */
  get written(): Promise<void> {
    return this.#writer.written
  }

  /**
   * Runs the remaining steps, or the compensation after a failure. Throws when the journal does not have the
   * workflow, and when the workflow continues later.
   */
  async execute(): Promise<void> {
    try {
      if (this.#entry.status === 'running') await this.#runSteps()
      if (this.#entry.status === 'undoing') await this.#compensate()
    } catch (error) {
      // Even when no write has succeeded: the answer to a commit may have been lost.
      if (!(error instanceof Failure)) this.#engine.abandon(this.#owner, this.#entry.id)
      throw error instanceof LostEntry ? this.#continuesLater(error) : error
    }
  }

  async #runSteps(): Promise<void> {
    const entry = this.#entry
    const tasks = this.#workflow.steps.map((step) => ({ ...step, step }))
    while (entry.nextStep < tasks.length) {
      const segment = firstSegment(tasks.slice(entry.nextStep), (each) => this.#canShare(each))
      const ahead = tasks.slice(entry.nextStep, entry.nextStep + segment.length)
      const parallel = parallelStep(tasks.slice(entry.nextStep), segment, (each) => this.#canShare(each))
      // The task whose failure is handled below. In a shared segment, the first task stands for all.
      let task = ahead[0]!
      let { shared } = segment
      let parallelCall: Promise<unknown> | undefined
      try {
        if (parallel || !shared) await this.#store()
        if (parallel) {
          parallelCall = this.#call(parallel)
          // Awaited below, because a failure of the segment comes first.
          parallelCall.catch(() => {})
        }
        const decision = shared ? await this.#runShared(ahead) : this.#advance(task, await this.#call(task))
        if (decision.next === 'fail') return fail(this.#entry, decision)
        if (decision.next === 'wait') return await this.#startWait(task.step, decision.wakeAfterMs)
        if (parallel) {
          task = parallel
          shared = false
          this.#advance(parallel, await parallelCall)
        }
        this.#writeProgress(shared)
      } catch (error) {
        if (await this.#hasMoved(error)) continue
        if (!this.#writer.isStored) throw error
        await parallelCall?.catch(() => {})
        const isGivenUp = task.step.unanswered === 'back' && isUnanswered(error)
        // When the parallel step cannot be compensated now, it is compensated together with the others.
        const isParallelLeft =
          task !== parallel &&
          (isGivenUp || isPermanent(error)) &&
          !(await this.#compensateParallel(parallel))
        if (isPermanent(error) && !isPastFinalStep(this.#workflow.steps, entry.nextStep)) {
          // An earlier request of a remote step may have lost its answer, and have an effect, perhaps only later.
          const attempted = !shared && this.#engine.sharing.isRemote(task.module) ? 1 : 0
          return this.#fail(toStored(error), isParallelLeft ? ahead.length + 1 : attempted)
        }
        return isGivenUp ? this.#giveUp(error, isParallelLeft ? 2 : 1) : await this.#retryLater(error)
      }
    }
    if (entry.status === 'running') {
      finish(this.#workflow, entry)
      this.#writer.writeLater(entry, () => this.#engine.abandon(this.#owner, entry.id))
    }
  }

  /**
   * Compensates the step that ran in parallel to a failed segment. Returns whether that succeeded. Renews the lease
   * first: another process that has taken the workflow over needs the effect of that step.
   */
  async #compensateParallel(parallel: Task | undefined): Promise<boolean> {
    const undo = parallel?.step?.undo
    if (!undo) return true
    try {
      await this.#writer.update(leased(this.#entry, this.#now()))
      this.#entry.state = await this.#compensateStep({ ...undo, name: parallel.name, step: undefined })
      return true
    } catch {
      return false
    }
  }

  /**
   * Whether a segment failed without effect because one of its modules moves or has moved. If so, waits for the end of
   * the move; the rest of the workflow is then cut into segments again. Throws when the owner moves, since the caller
   * repeats its call at the owner's new location.
   */
  async #hasMoved(error: unknown): Promise<boolean> {
    if (isMisdirected(error)) return true
    const module = fencedModule(error)
    if (module === undefined) return false
    if (module === this.#owner.name) throw error
    await this.#engine.options.dispatcher.moves.settled(module, Date.now() + MAX_MOVE_WAIT_MS)
    return true
  }

  async #runShared(tasks: Task[]): Promise<Decision<object>> {
    const after: JournalEntry = { ...this.#entry, nextStep: this.#entry.nextStep + tasks.length, attempts: 0 }
    await this.#inTransaction(async (shared) => {
      // The work may run again after a deadlock, so it starts from the entry each time.
      after.state = await this.#runTasks(tasks, this.#entry.state, shared)
      after.status = 'running'
      after.wakeAt = leaseFrom(this.#now())
      if (after.nextStep === this.#workflow.steps.length) finish(this.#workflow, after)
      await this.#write(shared, after)
    })
    this.#writer.committed()
    Object.assign(this.#entry, after)
    return { next: 'go' }
  }

  /** Inserts the workflow into the journal before a call outside of its transaction has an effect. */
  async #store(): Promise<void> {
    if (this.#writer.isStored) return
    this.#entry.wakeAt = leaseFrom(this.#now())
    await this.#writer.insert(this.#entry)
  }

  /** Applies the answer of a step to the entry. */
  #advance(task: Task, output: unknown): Decision<object> {
    const entry = this.#entry
    const step = task.step!
    entry.state = { ...entry.state, ...step.save?.(output as never, entry.state) }
    const decision = step.decide?.(output as never, entry.state) ?? { next: 'go' }
    if (decision.next === 'go') {
      entry.nextStep += 1
      entry.attempts = 0
    }
    return decision
  }

  /** Writes the entry, unless the last segment has written it or the next one will. */
  #writeProgress(isWritten: boolean): void {
    const next = this.#workflow.steps[this.#entry.nextStep]
    if (!isWritten && next && !this.#canShare(next)) this.#writer.writeLater(this.#entry)
  }

  async #startWait(step: Step<object>, wakeAfterMs: number): Promise<void> {
    const now = this.#now()
    if (now >= this.#entry.deadlineAt) {
      // The step may have had an effect, so it is compensated too.
      return this.#fail(this.#workflow.expired, 1)
    }
    const delay = Math.min(
      waitAfter(this.#entry.attempts + 1, { firstMs: wakeAfterMs, longestMs: wakeAfterMs * 32 }),
      this.#entry.deadlineAt.getTime() - now.getTime(),
    )
    const after: JournalEntry = { ...this.#entry, status: 'waiting', wakeAt: new Date(now.getTime() + delay) }
    after.attempts += 1
    const tasks = step.waiting.map((each) => ({ ...each, step: each }))
    if (tasks.every((task) => this.#canShare(task))) {
      await this.#inTransaction(async (shared) => {
        after.state = await this.#runTasks(tasks, this.#entry.state, shared)
        after.answer = this.#workflow.answer(after.state)
        await this.#write(shared, after)
      })
    } else {
      for (const task of tasks) {
        const output = await this.#call(task, after.state)
        after.state = { ...after.state, ...task.step.save?.(output as never, after.state) }
      }
      after.answer = this.#workflow.answer(after.state)
      await this.#writer.update(after)
    }
    Object.assign(this.#entry, after)
  }

  async #compensate(): Promise<void> {
    const entry = this.#entry
    await this.#writer.update(leased(entry, this.#now()))
    try {
      const unanswered = await this.#compensateAll()
      if (unanswered) return await this.#retryLater(unanswered)
      if (entry.status === 'undoing') {
        entry.nextStep = 0
        entry.status = 'failed'
        await this.#writer.update(entry)
      }
    } catch (error) {
      await this.#retryLater(error)
    }
  }

  /**
   * Runs all compensations. When a module does not answer, the other compensations run nevertheless, unless they need
   * its answer; returns its failure. A retry repeats the compensations from the unanswered one on.
   */
  async #compensateAll(): Promise<Failure | undefined> {
    const entry = this.#entry
    let unanswered: Failure | undefined
    let remaining = compensationsOf(this.#workflow, entry.nextStep)
    while (remaining.length > 0) {
      const segment = firstSegment(remaining, (task) => this.#canShare(task))
      const ahead = remaining.slice(0, segment.length)
      remaining = remaining.slice(segment.length)
      const after = unanswered
        ? leased(entry, this.#now())
        : compensatedTo(this.#workflow, entry, ahead.at(-1)!.index, this.#now())
      try {
        await this.#compensateSegment(ahead, segment.shared, after)
        Object.assign(entry, after)
      } catch (error) {
        if (!isUnanswered(error) || ahead.some((task) => task.save)) throw error
        unanswered ??= error
      }
    }
    return unanswered
  }

  /** Compensates a segment, and writes the entry `after` with the new state. */
  async #compensateSegment(tasks: Task[], shared: boolean, after: JournalEntry): Promise<void> {
    const entry = this.#entry
    if (shared) {
      return this.#inTransaction(async (transaction) => {
        after.state = await this.#runTasks(tasks, entry.state, transaction)
        await this.#write(transaction, after)
      })
    }
    after.state = await this.#compensateStep(tasks[0]!)
    await this.#writer.update(after)
  }

  /** Compensates one step by a call, and returns the state after it. */
  async #compensateStep(task: Task): Promise<object> {
    const { state } = this.#entry
    try {
      const output = await this.#call(task)
      return { ...state, ...task.save?.(output as never, state) }
    } catch (error) {
      if (isNothingToCompensate(error)) return state
      throw error
    }
  }

  /** Fails the workflow. The next `attempted` steps may have had an effect, so they are compensated too. */
  #fail(failure: StoredFailure & { patch?: object }, attempted: number): void {
    this.#entry.nextStep += this.#entry.isUncertain ? Math.max(attempted, this.#countAttempted()) : attempted
    fail(this.#entry, failure)
  }

  #countAttempted(): number {
    const { nextStep, isUncertain } = this.#entry
    return countAttempted(this.#workflow.steps.slice(nextStep), isUncertain)
  }

  /** Fails the workflow because a module does not answer, before anything was confirmed to the caller. */
  #giveUp(error: Failure, attempted: number): void {
    const message = `Cannot finish ${this.#workflow.name} now: a module that it needs does not answer. Try again`
    this.#fail({ code: 'UNAVAILABLE', status: 503, message }, attempted)
    this.#owner.log.warn(
      { workflow: this.#workflow.name, id: this.#entry.id, error: error.message },
      'workflow given up: a module does not answer',
    )
  }

  /** Schedules a retry after a transient error. Fails a workflow that is past its deadline instead. */
  async #retryLater(error: unknown): Promise<void> {
    const entry = this.#entry
    const now = this.#now()
    const longestMs = isUnanswered(error) ? MAX_UNANSWERED_RETRY_MS : MAX_RETRY_MS
    const delay = waitAfter(entry.attempts + 1, { firstMs: RETRY_MS, longestMs })
    const fields = {
      workflow: this.#workflow.name,
      id: entry.id,
      step: entry.nextStep,
      err: error,
      retryInMs: delay,
    }
    this.#owner.log.warn(fields, 'workflow step failed, will be retried')
    const isForward = entry.status === 'running'
    if (isForward && now >= entry.deadlineAt && !isPastFinalStep(this.#workflow.steps, entry.nextStep)) {
      return this.#fail(this.#workflow.expired, this.#countAttempted())
    }
    entry.attempts += 1
    entry.wakeAt = new Date(now.getTime() + delay)
    // As `waiting`, the workflow can also be resumed or aborted before the retry.
    if (isForward) entry.status = 'waiting'
    try {
      await this.#writer.update(entry)
    } catch {
      this.#engine.abandon(this.#owner, entry.id)
    }
    // During compensation the caller gets the failure of the workflow.
    if (isForward) throw this.#continuesLater(error)
  }

  /** The caller's failure when the workflow continues later, or in another process. */
  #continuesLater(cause: unknown): Failure {
    const message = `Cannot finish ${this.#workflow.name} now: it continues without this request. Repeat the request later to get its result`
    return runtimeFailure('UNAVAILABLE', message, { retryAfterSeconds: 1, cause })
  }

  #now(): Date {
    return this.#engine.options.now()
  }

  #canShare(operation: Operation): boolean {
    return canShare(this.#owner.name, operation, this.#engine.sharing)
  }

  #call(task: Task, state = this.#entry.state): Promise<unknown> {
    const { dispatcher } = this.#engine.options
    const caller = workflowCaller(this.#workflow.name)
    return dispatcher.callFrom(caller, task.module, task.method, task.input(state), {
      from: this.#owner.name,
      traceId: this.#traceId,
    })
  }

  #runTasks(tasks: readonly Task[], before: object, shared: SharedTransaction): Promise<object> {
    const caller = workflowCaller(this.#workflow.name)
    return runTasks(tasks, before, shared, { ...this.#engine.options, caller, traceId: this.#traceId })
  }

  async #inTransaction(work: (shared: SharedTransaction) => Promise<void>): Promise<void> {
    const written: SharedTransaction['written'] = new Map()
    await transaction(this.#owner.workflowSql ?? this.#owner.sql, async (sql) => {
      written.clear()
      await work({ sql, written })
    })
    for (const [module, emitted] of written) module.committed(emitted)
  }

  async #write(shared: SharedTransaction, entry: JournalEntry): Promise<void> {
    await this.#engine.options.enter?.(shared, this.#owner.name)
    await this.#writer.write(shared.sql, entry)
  }
}
