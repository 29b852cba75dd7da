import type { SharedTransaction } from '../call/context.ts'
import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey, StoredFailure } from '../call/idempotency.ts'
import { system } from '../contract/caller.ts'
import { Failure, runtimeFailure } from '../contract/failure.ts'
import { transaction } from '../database/transaction.ts'
import type { Decision, Step } from './define.ts'
import type { AnyWorkflow, WorkflowEngine } from './engine.ts'
import { insertEntry, type JournalEntry, updateEntry } from './journal.ts'
import { firstSegment, type Operation } from './segments.ts'

// Longer than the longest chain of calls that one run makes, so that nobody takes over what is alive.
const LEASE_MS = 60_000
const RETRY_MS = 500
const MAX_RETRY_MS = 60_000

/** An operation with its input, and what to do with its output. */
interface Task extends Operation {
  name: string
  input: (state: object) => unknown
  save: Step<object>['save']
  /** Absent when it undoes one. */
  step: Step<object> | undefined
}

/** Carries one workflow from where its journal says it is to its next resting place: done, waiting or failed. */
export class Run {
  readonly #engine: WorkflowEngine
  readonly #owner: HostedModule
  readonly #workflow: AnyWorkflow
  readonly #entry: JournalEntry
  readonly #key: IdempotencyKey | undefined
  readonly #traceId: string
  #stored: boolean

  constructor(
    engine: WorkflowEngine,
    owner: HostedModule,
    workflow: AnyWorkflow,
    entry: JournalEntry,
    options: { key: IdempotencyKey | undefined; stored: boolean; traceId: string },
  ) {
    this.#engine = engine
    this.#owner = owner
    this.#workflow = workflow
    this.#entry = entry
    this.#key = options.key
    this.#stored = options.stored
    this.#traceId = options.traceId
  }

  static leaseFrom(now: Date): Date {
    return new Date(now.getTime() + LEASE_MS)
  }

  /** Goes forward, or back when something failed. Throws only when nothing has been kept of the workflow. */
  async carryOn(): Promise<void> {
    if (this.#entry.status === 'running') await this.#forward()
    if (this.#entry.status === 'undoing') await this.#backward()
  }

  async #forward(): Promise<void> {
    const entry = this.#entry
    const tasks = this.#workflow.steps.map((step) => ({ ...step, step }))
    while (entry.nextStep < tasks.length) {
      const segment = firstSegment(tasks.slice(entry.nextStep), (task) => this.#canShare(task))
      const ahead = tasks.slice(entry.nextStep, entry.nextStep + segment.length)
      try {
        const decision = segment.shared
          ? await this.#forwardShared(ahead)
          : await this.#forwardAlone(ahead[0]!)
        if (decision.next === 'fail') return this.#fail(decision)
        if (decision.next === 'wait') return await this.#park(ahead[0]!.step, decision.wakeAfterMs)
      } catch (error) {
        if (!this.#stored) throw error
        if (isDefinite(error)) return this.#fail(toStored(error))
        return await this.#tryLater(error)
      }
    }
    if (entry.status === 'running') {
      this.#finish(entry)
      await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#engine.runner)
    }
  }

  async #forwardShared(tasks: Task[]): Promise<Decision<object>> {
    const after: JournalEntry = { ...this.#entry, nextStep: this.#entry.nextStep + tasks.length, attempts: 0 }
    await this.#inTransaction(async (shared) => {
      // The work may run again after a deadlock, so it starts from the entry each time.
      after.state = this.#entry.state
      for (const task of tasks) after.state = await this.#runShared(task, after.state, shared)
      after.status = 'running'
      after.wakeAt = Run.leaseFrom(this.#engine.options.now())
      if (after.nextStep === this.#workflow.steps.length) this.#finish(after)
      await this.#write(shared, after)
    })
    this.#stored = true
    Object.assign(this.#entry, after)
    return { next: 'go' }
  }

  async #runShared(task: Task, state: object, shared: SharedTransaction): Promise<object> {
    await this.#engine.options.enter?.(shared, task.module)
    const { dispatcher } = this.#engine.options
    const output = await dispatcher.execute(dispatcher.method(task.module, task.method), {
      input: task.input(state),
      info: {
        caller: system(`workflow:${this.#workflow.name}`),
        deadline: Number.MAX_SAFE_INTEGER,
        traceId: this.#traceId,
        openTransactions: 0,
      },
      shared,
    })
    const decision = task.step?.decide?.(output as never, state)
    if (decision && decision.next !== 'go') {
      throw new Error(
        `Cannot ${decision.next} at step "${task.name}" of ${this.#workflow.name}: it runs inside a transaction`,
      )
    }
    return { ...state, ...task.save?.(output as never, state) }
  }

  async #forwardAlone(task: Task): Promise<Decision<object>> {
    const entry = this.#entry
    if (!this.#stored) {
      entry.wakeAt = Run.leaseFrom(this.#engine.options.now())
      await insertEntry(this.#owner.sql, this.#owner.name, entry, this.#key, this.#engine.runner)
      this.#stored = true
    }
    const output = await this.#call(task, `${entry.id}:${task.name}:${entry.attempts}`)
    const step = task.step!
    entry.state = { ...entry.state, ...step.save?.(output as never, entry.state) }
    const decision = step.decide?.(output as never, entry.state) ?? { next: 'go' }
    if (decision.next === 'go') {
      entry.nextStep += 1
      entry.attempts = 0
      const next = this.#workflow.steps[entry.nextStep]
      // A transaction that follows writes the journal itself.
      if (next && !this.#canShare(next)) {
        await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#engine.runner)
      }
    }
    return decision
  }

  async #park(step: Step<object>, wakeAfterMs: number): Promise<void> {
    const now = this.#engine.options.now()
    if (now >= this.#entry.deadlineAt) {
      // The step may have had an effect, so it is undone too.
      this.#entry.nextStep += 1
      return this.#fail(this.#workflow.expired)
    }
    const delay = Math.min(
      wakeAfterMs * 2 ** Math.min(this.#entry.attempts, 5),
      this.#entry.deadlineAt.getTime() - now.getTime(),
    )
    const after: JournalEntry = { ...this.#entry, status: 'waiting', wakeAt: new Date(now.getTime() + delay) }
    after.attempts += 1
    const tasks = step.waiting.map((each) => ({ ...each, step: each }))
    if (tasks.every((task) => this.#canShare(task))) {
      await this.#inTransaction(async (shared) => {
        after.state = this.#entry.state
        for (const task of tasks) after.state = await this.#runShared(task, after.state, shared)
        after.answer = this.#workflow.answer(after.state)
        await this.#write(shared, after)
      })
    } else {
      for (const task of tasks) {
        const output = await this.#call(
          task,
          `${after.id}:${task.name}:waiting:${after.attempts}`,
          after.state,
        )
        after.state = { ...after.state, ...task.step.save?.(output as never, after.state) }
      }
      after.answer = this.#workflow.answer(after.state)
      await updateEntry(this.#owner.sql, this.#owner.name, after, this.#engine.runner)
    }
    Object.assign(this.#entry, after)
  }

  async #backward(): Promise<void> {
    const entry = this.#entry
    await updateEntry(this.#owner.sql, this.#owner.name, this.#leased(entry), this.#engine.runner)
    try {
      while (entry.nextStep > 0) {
        const tasks = this.#undos(entry.nextStep)
        if (tasks.length === 0) break
        const segment = firstSegment(tasks, (task) => this.#canShare(task))
        const ahead = tasks.slice(0, segment.length)
        const after = this.#undoneTo(ahead.at(-1)!.index)
        if (segment.shared) {
          await this.#inTransaction(async (shared) => {
            after.state = entry.state
            for (const task of ahead) after.state = await this.#runShared(task, after.state, shared)
            await this.#write(shared, after)
          })
        } else {
          const task = ahead[0]!
          const output = await this.#call(task, `${entry.id}:${task.name}:undo`)
          after.state = { ...entry.state, ...task.save?.(output as never, entry.state) }
          await updateEntry(this.#owner.sql, this.#owner.name, after, this.#engine.runner)
        }
        Object.assign(entry, after)
      }
      if (entry.status === 'undoing') {
        entry.nextStep = 0
        entry.status = 'failed'
        await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#engine.runner)
      }
    } catch (error) {
      await this.#tryLater(error)
    }
  }

  /** What is to be undone of the first `count` steps, the last first. */
  #undos(count: number): (Task & { index: number })[] {
    return this.#workflow.steps
      .slice(0, count)
      .flatMap((step, index) =>
        step.undo ? [{ ...step.undo, name: step.name, step: undefined, index }] : [],
      )
      .reverse()
  }

  #undoneTo(index: number): JournalEntry {
    const left = this.#undos(index).length
    return {
      ...this.#leased(this.#entry),
      nextStep: left === 0 ? 0 : index,
      status: left === 0 ? 'failed' : 'undoing',
    }
  }

  #leased(entry: JournalEntry): JournalEntry {
    return { ...entry, wakeAt: Run.leaseFrom(this.#engine.options.now()) }
  }

  #finish(entry: JournalEntry): void {
    entry.status = 'done'
    entry.answer = this.#workflow.answer(entry.state)
    // Nobody reads it any more, and it would be written once again.
    entry.state = {}
    entry.wakeAt = null
  }

  #fail(failure: StoredFailure & { patch?: object }): void {
    const entry = this.#entry
    entry.status = 'undoing'
    entry.failure = {
      code: failure.code,
      status: failure.status,
      message: failure.message,
      data: failure.data,
    }
    entry.state = { ...entry.state, ...failure.patch }
  }

  /** Leaves it for a later look, after a fault that may pass; a forward run that is over its time turns back. */
  async #tryLater(error: unknown): Promise<void> {
    const entry = this.#entry
    const now = this.#engine.options.now()
    const delay = Math.min(RETRY_MS * 2 ** Math.min(entry.attempts, 10), MAX_RETRY_MS)
    const fields = {
      workflow: this.#workflow.name,
      id: entry.id,
      step: entry.nextStep,
      err: error,
      retryInMs: delay,
    }
    this.#owner.log.warn(fields, 'workflow step failed, will be tried again')
    const forward = entry.status === 'running'
    if (forward && now >= entry.deadlineAt) {
      entry.nextStep += 1
      return this.#fail(this.#workflow.expired)
    }
    entry.attempts += 1
    entry.wakeAt = new Date(now.getTime() + delay)
    await updateEntry(this.#owner.sql, this.#owner.name, entry, this.#engine.runner).catch(() => {})
    // An unfinished way back does not change what the caller learns; an unfinished way forward does.
    if (forward) {
      throw runtimeFailure(
        'UNAVAILABLE',
        `Cannot finish ${this.#workflow.name} now: it goes on by itself. Ask again later`,
        {
          retryAfterSeconds: 1,
          cause: error,
        },
      )
    }
  }

  #canShare(operation: Operation): boolean {
    const { dispatcher, sharesDatabase } = this.#engine.options
    if (operation.module !== this.#owner.name && dispatcher.remote.has(operation.module)) return false
    if (dispatcher.method(operation.module, operation.method).spec.outside) return false
    return sharesDatabase(this.#owner.name, operation.module)
  }

  #call(task: Task, key: string, state = this.#entry.state): Promise<unknown> {
    const { dispatcher } = this.#engine.options
    const caller = system(`workflow:${this.#workflow.name}`)
    return dispatcher.callFrom(caller, task.module, task.method, task.input(state), {
      traceId: this.#traceId,
      // Steps accept repeats; the key is what lets the network repeat a call whose answer is lost.
      ...(dispatcher.remote.has(task.module) ? { key } : {}),
    })
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
    if (this.#stored) await updateEntry(shared.sql, this.#owner.name, entry, this.#engine.runner)
    else await insertEntry(shared.sql, this.#owner.name, entry, this.#key, this.#engine.runner)
  }
}

/** A declared no is final; everything else may pass. */
function isDefinite(error: unknown): error is Failure {
  return error instanceof Failure && error.status < 500 && error.status !== 429
}

function toStored(failure: Failure): StoredFailure {
  return { code: failure.code, status: failure.status, message: failure.message, data: failure.data }
}
