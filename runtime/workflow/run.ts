import { waitAfter } from '../base/back-off.ts'
import type { SharedTransaction } from '../call/call.ts'
import type { HostedModule } from '../call/host.ts'
import type { StoredFailure } from '../call/idempotency.ts'
import { workflowCaller } from '../contract/caller.ts'
import { Failure, isDefinite, isMisdirected, runtimeFailure } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'
import { fencedModule } from '../database/fence.ts'
import { transaction } from '../database/transaction.ts'
import type { AnyWorkflow, Decision, Step } from '../module/workflow.ts'
import { EntryWriter } from './entry-writer.ts'
import { type JournalEntry, LostEntry } from './journal.ts'
import type { Runner, RunOptions } from './options.ts'
import {
  compensatedTo,
  compensationsOf,
  fail,
  finish,
  isUnheardOf,
  leased,
  leaseFrom,
  toStored,
} from './progress.ts'
import { canShare, countTried, firstSegment, isPastReturn, type Operation, parallelStep } from './segments.ts'
import type { Task } from './task.ts'
import { runTasks } from './tasks.ts'

const RETRY_MS = 500
/** Longer than the fence of a move holds when nobody seals it. */
const MOVE_PATIENCE_MS = 10_000
const MAX_RETRY_MS = 60_000
/** Asking a module that is known not to answer costs nothing, and what waits for it should go on soon when it is back. */
const MAX_UNANSWERED_RETRY_MS = 5000

/** Carries one workflow from where its journal says it is to its next resting place: done, waiting or failed. */
export class Run {
  readonly #engine: Runner
  readonly #owner: HostedModule
  readonly #workflow: AnyWorkflow
  readonly #entry: JournalEntry
  readonly #traceId: string
  readonly #writer: EntryWriter

  constructor(
    engine: Runner,
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

  /** Settles, never with an error, when the journal has how it stands. */
  get noted(): Promise<void> {
    return this.#writer.noted
  }

  /** Goes forward, or back when something failed. Throws only when nothing has been kept of the workflow. */
  async execute(): Promise<void> {
    try {
      if (this.#entry.status === 'running') await this.#forward()
      if (this.#entry.status === 'undoing') await this.#backward()
    } catch (error) {
      // Also when it seems that nothing has been kept: the answer to a commit may have been lost.
      if (!(error instanceof Failure)) this.#engine.abandon(this.#owner, this.#entry.id)
      throw error instanceof LostEntry ? this.#goesOn(error) : error
    }
  }

  async #forward(): Promise<void> {
    const entry = this.#entry
    const tasks = this.#workflow.steps.map((step) => ({ ...step, step }))
    while (entry.nextStep < tasks.length) {
      const segment = firstSegment(tasks.slice(entry.nextStep), (task) => this.#canShare(task))
      const ahead = tasks.slice(entry.nextStep, entry.nextStep + segment.length)
      const beside = parallelStep(tasks.slice(entry.nextStep), segment, (task) => this.#canShare(task))
      let at = ahead[0]!
      let { shared } = segment
      let besides: Promise<unknown> | undefined
      try {
        if (beside || !shared) await this.#store()
        if (beside) {
          besides = this.#call(beside)
          // A failure of the segment comes first.
          besides.catch(() => {})
        }
        const decision = shared ? await this.#forwardShared(ahead) : this.#advance(at, await this.#call(at))
        if (decision.next === 'fail') return fail(this.#entry, decision)
        if (decision.next === 'wait') return await this.#park(at.step, decision.wakeAfterMs)
        if (beside) {
          at = beside
          shared = false
          this.#advance(beside, await besides)
        }
        this.#noteProgress(shared)
      } catch (error) {
        if (await this.#hasMovedOn(error)) continue
        if (!this.#writer.stored) throw error
        await besides?.catch(() => {})
        const turnsBack = at.step.unanswered === 'back' && isUnanswered(error)
        // What ran beside it and cannot be taken back now is undone on the way back, however long that takes.
        const isLeft =
          at !== beside && (turnsBack || isDefinite(error)) && !(await this.#compensateParallel(beside))
        if (isDefinite(error) && !isPastReturn(this.#workflow.steps, entry.nextStep)) {
          // An earlier request for it, whose answer was lost, may have had an effect or may have it yet.
          const tried = !shared && this.#isElsewhere(at) ? 1 : 0
          return this.#fail(toStored(error), isLeft ? ahead.length + 1 : tried)
        }
        return turnsBack ? this.#turnBack(error, isLeft ? 2 : 1) : await this.#tryLater(error)
      }
    }
    if (entry.status === 'running') {
      finish(this.#workflow, entry)
      this.#writer.note(entry, () => this.#engine.abandon(this.#owner, entry.id))
    }
  }

  /**
   * Undoes what ran beside a segment that failed. Answers whether that has been done. Another process that has taken the
   * workflow over needs what that step did, so the lease is proven first.
   */
  async #compensateParallel(beside: Task | undefined): Promise<boolean> {
    const undo = beside?.step?.undo
    if (!undo) return true
    try {
      await this.#writer.update(leased(this.#entry, this.#now()))
      this.#entry.state = await this.#undoAlone({ ...undo, name: beside.name, step: undefined })
      return true
    } catch {
      return false
    }
  }

  /**
   * Whether a module left this process in the middle of a segment, or its tables met the fence and it is elsewhere, or
   * back, by now: then the rest is cut into segments anew. Nothing of the segment has happened. Throws when the owner's
   * tables met it: whoever asked for the workflow goes there.
   */
  async #hasMovedOn(error: unknown): Promise<boolean> {
    if (isMisdirected(error)) return true
    const module = fencedModule(error)
    if (module === undefined) return false
    if (module === this.#owner.name) throw error
    await this.#engine.options.dispatcher.moves.settled(module, Date.now() + MOVE_PATIENCE_MS)
    return true
  }

  async #forwardShared(tasks: Task[]): Promise<Decision<object>> {
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

  /** Keeps the workflow before anything has an effect elsewhere. */
  async #store(): Promise<void> {
    if (this.#writer.stored) return
    this.#entry.wakeAt = leaseFrom(this.#now())
    await this.#writer.insert(this.#entry)
  }

  /** Takes in what a step that was called has answered. */
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

  /** Writes how far it is, where neither the last segment did nor the next one will. */
  #noteProgress(isWritten: boolean): void {
    const next = this.#workflow.steps[this.#entry.nextStep]
    if (!isWritten && next && !this.#canShare(next)) this.#writer.note(this.#entry)
  }

  async #park(step: Step<object>, wakeAfterMs: number): Promise<void> {
    const now = this.#now()
    if (now >= this.#entry.deadlineAt) {
      // The step may have had an effect, so it is undone too.
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

  async #backward(): Promise<void> {
    const entry = this.#entry
    await this.#writer.update(leased(entry, this.#now()))
    try {
      const unanswered = await this.#undoAll()
      if (unanswered) return await this.#tryLater(unanswered)
      if (entry.status === 'undoing') {
        entry.nextStep = 0
        entry.status = 'failed'
        await this.#writer.update(entry)
      }
    } catch (error) {
      await this.#tryLater(error)
    }
  }

  /**
   * Undoes what can be undone, and answers the failure of a module that did not answer. That module is in nobody's way:
   * what comes after it is undone all the same, unless it needs what this one tells. It is all repeated from there.
   */
  async #undoAll(): Promise<Failure | undefined> {
    const entry = this.#entry
    let unanswered: Failure | undefined
    let left = compensationsOf(this.#workflow, entry.nextStep)
    while (left.length > 0) {
      const segment = firstSegment(left, (task) => this.#canShare(task))
      const ahead = left.slice(0, segment.length)
      left = left.slice(segment.length)
      const after = unanswered
        ? leased(entry, this.#now())
        : compensatedTo(this.#workflow, entry, ahead.at(-1)!.index, this.#now())
      try {
        await this.#undo(ahead, segment.shared, after)
        Object.assign(entry, after)
      } catch (error) {
        if (!isUnanswered(error) || ahead.some((task) => task.save)) throw error
        unanswered ??= error
      }
    }
    return unanswered
  }

  /** Undoes a segment, and keeps in the journal what comes after. */
  async #undo(tasks: Task[], shared: boolean, after: JournalEntry): Promise<void> {
    const entry = this.#entry
    if (shared) {
      return this.#inTransaction(async (transaction) => {
        after.state = await this.#runTasks(tasks, entry.state, transaction)
        await this.#write(transaction, after)
      })
    }
    after.state = await this.#undoAlone(tasks[0]!)
    await this.#writer.update(after)
  }

  /** Undoes one step by a call and answers the state after it. What the module has never heard of is undone already. */
  async #undoAlone(task: Task): Promise<object> {
    const { state } = this.#entry
    try {
      const output = await this.#call(task)
      return { ...state, ...task.save?.(output as never, state) }
    } catch (error) {
      if (isUnheardOf(error)) return state
      throw error
    }
  }

  /** Turns back; of what is ahead, the first `tried` steps may have had an effect, and what an earlier run did there. */
  #fail(failure: StoredFailure & { patch?: object }, tried: number): void {
    this.#entry.nextStep += this.#entry.isUncertain ? Math.max(tried, this.#countTried()) : tried
    fail(this.#entry, failure)
  }

  #countTried(): number {
    const { nextStep, isUncertain } = this.#entry
    return countTried(this.#workflow.steps.slice(nextStep), isUncertain)
  }

  /** Nothing was promised yet, so nothing comes of it; the `tried` steps may have had an effect all the same. */
  #turnBack(error: Failure, tried: number): void {
    const message = `Cannot do ${this.#workflow.name} now: a module that it needs does not answer. Try again`
    this.#fail({ code: 'UNAVAILABLE', status: 503, message }, tried)
    this.#owner.log.warn(
      { workflow: this.#workflow.name, id: this.#entry.id, error: error.message },
      'workflow turns back: a module does not answer',
    )
  }

  /** Leaves it for a later look, after a fault that may pass; a forward run that is over its time turns back. */
  async #tryLater(error: unknown): Promise<void> {
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
    this.#owner.log.warn(fields, 'workflow step failed, will be tried again')
    const forward = entry.status === 'running'
    if (forward && now >= entry.deadlineAt && !isPastReturn(this.#workflow.steps, entry.nextStep)) {
      return this.#fail(this.#workflow.expired, this.#countTried())
    }
    entry.attempts += 1
    entry.wakeAt = new Date(now.getTime() + delay)
    // Whoever cannot wait for the next look may take it up before: to ask again, or to undo it.
    if (forward) entry.status = 'waiting'
    try {
      await this.#writer.update(entry)
    } catch {
      this.#engine.abandon(this.#owner, entry.id)
    }
    // An unfinished way back does not change what the caller learns; an unfinished way forward does.
    if (forward) throw this.#goesOn(error)
  }

  /** What the caller learns of a workflow that continues without it, here later or in another process. */
  #goesOn(cause: unknown): Failure {
    const message = `Cannot finish ${this.#workflow.name} now: it goes on by itself. Ask again later`
    return runtimeFailure('UNAVAILABLE', message, { retryAfterSeconds: 1, cause })
  }

  #now(): Date {
    return this.#engine.options.now()
  }

  #isElsewhere({ module }: Operation): boolean {
    return this.#engine.options.dispatcher.remote.has(module)
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
