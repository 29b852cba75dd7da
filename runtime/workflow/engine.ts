import { newId } from '#shared/ids.ts'
import type { CallInfo, SharedTransaction } from '../call/context.ts'
import { type Dispatcher, restoreFailure } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey } from '../call/idempotency.ts'
import type { Failure } from '../contract/failure.ts'
import { runtimeFailure } from '../contract/failure.ts'
import type { Subscribers } from '../events/outbox.ts'
import type { Committed } from '../module/define.ts'
import type { Workflow } from './define.ts'
import { claimEntry, type JournalEntry, listDue, readStatus, releaseLeases } from './journal.ts'
import { Run } from './run.ts'

/** A workflow whose state and answer are known to its definition only. */
export type AnyWorkflow = Workflow<unknown, object, unknown>

export interface EngineOptions {
  dispatcher: Dispatcher
  subscribers: Subscribers
  /** Names this process in the journal: the same after a restart, so that it takes up at once what it was doing. */
  runner: string
  /** Whether two modules have tables in one database, reached from this process. */
  sharesDatabase: (a: string, b: string) => boolean
  /** Gives a shared transaction the rights of one module, where roles are enforced. */
  enter: ((shared: SharedTransaction, module: string) => Promise<void>) | undefined
  now: () => Date
}

const DUE_BATCH = 20
const POLL_SETTLED_MS = 50

/** Starts, resumes and recovers workflows. One instance a process; `Run` carries a single workflow forth and back. */
export class WorkflowEngine {
  readonly options: EngineOptions
  readonly runner: string
  readonly #running = new Map<string, Promise<unknown>>()
  #stopped = false

  constructor(options: EngineOptions) {
    this.options = options
    // The part after the slash tells two lives of one process apart: the old one's writes are refused.
    this.runner = `${options.runner}/${newId('run')}`
  }

  get subscribers(): Subscribers {
    return this.options.subscribers
  }

  /** Runs a new workflow until it is done, waits or has failed. */
  async start<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    input: unknown,
    key: IdempotencyKey | undefined,
    info: CallInfo,
  ): Promise<Committed<Answer>> {
    const id = newId(workflow.idPrefix)
    const now = this.options.now()
    const entry: JournalEntry = {
      id,
      name: workflow.name,
      status: 'running',
      nextStep: 0,
      state: workflow.begin(input, id),
      answer: null,
      failure: null,
      attempts: 0,
      wakeAt: null,
      deadlineAt: new Date(now.getTime() + workflow.deadlineMs),
    }
    return this.#carryOn(owner, workflow, entry, { key, stored: false, traceId: info.traceId })
  }

  async resume<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    id: string,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<Committed<Answer> | undefined> {
    const entry = await this.#claim(owner, id)
    if (!entry) return undefined
    return this.#carryOn(owner, workflow, entry, { key: undefined, stored: true, traceId: info.traceId })
  }

  async abort(
    owner: HostedModule,
    workflow: AnyWorkflow,
    id: string,
    failure: Failure,
    patch: object,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<boolean> {
    const entry = await this.#claim(owner, id)
    if (!entry) return false
    if (entry.status === 'running') {
      entry.status = 'undoing'
      entry.failure = {
        code: failure.code,
        status: failure.status,
        message: failure.message,
        data: failure.data,
      }
      entry.state = { ...entry.state, ...patch }
      // The step that it waits at may have had an effect, so it is undone too.
      entry.nextStep += 1
    }
    await this.#carryOn(owner, workflow, entry, {
      key: undefined,
      stored: true,
      traceId: info.traceId,
    }).catch(() => {})
    return true
  }

  /** Takes up what waits for its next look, or was left behind by a process that ended. Answers how many there were. */
  async recover(owner: HostedModule): Promise<number> {
    const due = await listDue(owner.sql, owner.name, this.options.now(), DUE_BATCH)
    for (const { id, name } of due) {
      if (this.#stopped) break
      const workflow = (owner.definition.workflows as unknown as AnyWorkflow[]).find(
        (each) => each.name === name,
      )
      if (!workflow) {
        owner.log.error({ workflow: name, id }, 'workflow cannot be recovered: no module here defines it')
        continue
      }
      await this.resume(owner, workflow, id, { traceId: id }).catch((error: unknown) => {
        owner.log.info(
          { workflow: name, id, failure: String(error) },
          'recovered workflow ended with a failure',
        )
      })
    }
    return due.length
  }

  /** Ends the leases of this process's earlier life. Call it before anything else runs. */
  async takeOver(owner: HostedModule): Promise<void> {
    await releaseLeases(owner.sql, owner.name, `${this.options.runner}/`, this.options.now())
  }

  /** Waits until a workflow has an answer or a failure. Throws DEADLINE_EXCEEDED when that takes too long. */
  async settled(id: string, deadline: number): Promise<void> {
    const here = this.#running.get(id)
    if (here) {
      await here.catch(() => {})
      return
    }
    if (Date.now() + POLL_SETTLED_MS > deadline) {
      throw runtimeFailure(
        'DEADLINE_EXCEEDED',
        'Cannot answer in time: the first request with this Idempotency-Key is still running',
        {
          retryAfterSeconds: 1,
        },
      )
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_SETTLED_MS))
  }

  /** Lets what runs come to its next resting place, and starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.allSettled(this.#running.values())
  }

  readStatus(owner: HostedModule, id: string) {
    return readStatus(owner.sql, owner.name, id)
  }

  #claim(owner: HostedModule, id: string): Promise<JournalEntry | undefined> {
    return claimEntry(owner.sql, owner.name, id, {
      runner: this.runner,
      now: this.options.now(),
      leaseUntil: Run.leaseFrom(this.options.now()),
    })
  }

  async #carryOn<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    entry: JournalEntry,
    options: { key: IdempotencyKey | undefined; stored: boolean; traceId: string },
  ): Promise<Committed<Answer>> {
    const run = new Run(this, owner, workflow as AnyWorkflow, entry, options)
    const work = run.carryOn()
    this.#running.set(entry.id, work)
    try {
      await work
    } finally {
      this.#running.delete(entry.id)
    }
    if (entry.failure) throw restoreFailure(entry.failure)
    return { committed: entry.answer as Answer }
  }
}
