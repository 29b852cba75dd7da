import { newId } from '#shared/ids.ts'
import { restoreFailure } from '../call/failures.ts'
import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey } from '../call/idempotency.ts'
import type { CallInfo } from '../call/info.ts'
import type { Workflows } from '../call/workflows.ts'
import { Failure, isDefinite, misdirected, runtimeFailure } from '../contract/failure.ts'
import type { Committed } from '../module/define.ts'
import type { AnyWorkflow, Workflow, WorkflowStatus } from '../module/workflow.ts'
import {
  claimEntry,
  type Due,
  type JournalEntry,
  LostEntry,
  listDue,
  readStatus,
  releaseEntries,
  releaseLeases,
} from './journal.ts'
import type { EngineOptions, RunOptions } from './options.ts'
import { leaseFrom } from './progress.ts'
import { Run } from './run.ts'
import { countTried, isPastReturn, type Sharing } from './segments.ts'

const DUE_BATCH = 20
const POLL_SETTLED_MS = 50
/** Left of a deadline for the answer to travel: a caller that times out cannot tell a long request from a dead process. */
const ANSWER_MARGIN_MS = 250
const MAX_SETTLE_WAIT_MS = 3000

/** Starts, resumes and recovers workflows. One instance a process; `Run` carries a single workflow forth and back. */
export class WorkflowEngine implements Workflows {
  readonly options: EngineOptions
  readonly runner: string
  readonly sharing: Sharing
  readonly #running = new Map<string, Promise<unknown>>()
  readonly #recoveries = new Set<Promise<void>>()
  /** What was left without writing where it stands, by module: the database went away. */
  readonly #abandoned = new Map<string, Set<string>>()
  #stopped = false

  constructor(options: EngineOptions) {
    this.options = options
    // The part after the slash tells two lives of one process apart: the old one's writes are refused.
    this.runner = `${options.runner}/${newId('run')}`
    const { dispatcher, sharesDatabase } = options
    this.sharing = {
      isRemote: (module) => dispatcher.remote.has(module),
      isOutside: ({ module, method }) => dispatcher.contractMethod(module, method).spec.outside,
      sharesDatabase,
    }
  }

  /** Runs a new workflow until it is done, waits or has failed. */
  async start<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    input: unknown,
    key: IdempotencyKey | undefined,
    info: Pick<CallInfo, 'traceId'>,
    onStored: () => void,
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
      isUncertain: false,
      wakeAt: null,
      deadlineAt: new Date(now.getTime() + workflow.deadlineMs),
    }
    return this.#run(owner, workflow, entry, { key, stored: false, traceId: info.traceId, onStored })
  }

  async resume<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    id: string,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<Committed<Answer> | undefined> {
    const entry = await this.#claim(owner, id)
    if (!entry) return undefined
    return this.#run(owner, workflow, entry, { key: undefined, stored: true, traceId: info.traceId })
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
    // What was promised meanwhile is kept: it goes on instead.
    const isTooLate = entry.status === 'running' && isPastReturn(workflow.steps, entry.nextStep)
    if (entry.status === 'running' && !isTooLate) {
      entry.status = 'undoing'
      entry.failure = {
        code: failure.code,
        status: failure.status,
        message: failure.message,
        data: failure.data,
      }
      entry.state = { ...entry.state, ...patch }
      entry.nextStep += countTried(workflow.steps.slice(entry.nextStep), entry.isUncertain)
    }
    await this.#run(owner, workflow, entry, {
      key: undefined,
      stored: true,
      traceId: info.traceId,
    }).catch((error: unknown) => {
      // How it ended is for the one who started it. Anything else says that the journal does not know of the way back.
      if (!(error instanceof Failure) || error.cause instanceof LostEntry) throw error
    })
    return !isTooLate
  }

  /** Takes up what is due, and waits until it has come to its next resting place. Answers how many there were. */
  async recover(owner: HostedModule): Promise<number> {
    const due = await this.#due(owner)
    await Promise.all(due.map((each) => this.#recoverOne(owner, each)))
    return due.length
  }

  /** Takes up what is due, and waits for none of it: a provider that does not answer must not hold up the others. */
  async takeUpDue(owner: HostedModule): Promise<void> {
    for (const each of await this.#due(owner)) {
      const recovery = this.#recoverOne(owner, each)
      this.#recoveries.add(recovery)
      // The module stays until it has ended.
      owner.running++
      void recovery.then(() => {
        owner.running--
        this.#recoveries.delete(recovery)
      })
    }
  }

  /** What waits for its next look, or was left behind by a process that ended. */
  async #due(owner: HostedModule): Promise<Due[]> {
    await this.#releaseAbandoned(owner)
    const listed = await listDue(owner.sql, owner.name, this.options.now(), DUE_BATCH)
    // This process may have stood still for longer than a lease, and the runs that it had go on.
    return listed.filter(({ id }) => !this.#running.has(id))
  }

  /** Settles, never with an error: how it ended is in the journal. */
  async #recoverOne(owner: HostedModule, due: Due): Promise<void> {
    if (this.#stopped) return
    const { id, name } = due
    const workflow = (owner.definition.workflows as unknown as AnyWorkflow[]).find(
      (each) => each.name === name,
    )
    if (!workflow) {
      owner.log.error({ workflow: name, id }, 'workflow cannot be recovered: no module here defines it')
      return
    }
    await this.resume(owner, workflow, id, { traceId: id }).catch((error: unknown) =>
      logFailure(owner, due, error),
    )
  }

  /** Notes that this runner goes on with an entry no more, although the journal may say that it does. */
  abandon(owner: HostedModule, id: string): void {
    const ids = this.#abandoned.get(owner.name) ?? new Set()
    this.#abandoned.set(owner.name, ids.add(id))
  }

  /** The workflows of a module that has gone elsewhere are somebody else's. */
  forget(owner: HostedModule): void {
    this.#abandoned.delete(owner.name)
  }

  /** What this process left behind need not wait until its lease is over. */
  async #releaseAbandoned(owner: HostedModule): Promise<void> {
    const ids = [...(this.#abandoned.get(owner.name) ?? [])].filter((id) => !this.#running.has(id))
    if (ids.length === 0) return
    await releaseEntries(owner.sql, owner.name, ids, this.runner, this.options.now())
    for (const id of ids) this.#abandoned.get(owner.name)!.delete(id)
  }

  /**
   * Ends the leases of processes that are no more: of those whose runners' names begin so, or of all that took a lease
   * before a moment. Call it before anything else runs.
   */
  async takeOver(owner: HostedModule, whose: { runners: string } | { leasedBefore: Date }): Promise<void> {
    const left = 'runners' in whose ? whose : { runners: '', endsBefore: leaseFrom(whose.leasedBefore) }
    await releaseLeases(owner.sql, owner.name, { ...left, now: this.options.now() })
  }

  /** Waits for the next moment to look whether a workflow has ended. Throws DEADLINE_EXCEEDED a little before the deadline. */
  async settled(id: string, deadline: number): Promise<void> {
    const end = deadline - ANSWER_MARGIN_MS
    if (Date.now() + POLL_SETTLED_MS > end) {
      throw runtimeFailure(
        'DEADLINE_EXCEEDED',
        'Cannot answer in time: the first request with this Idempotency-Key is still running',
        {
          retryAfterSeconds: 1,
        },
      )
    }
    await this.#nextLook(id, end)
  }

  async #nextLook(id: string, end: number): Promise<void> {
    const here = this.#running.get(id)
    const patienceMs = here ? end - Date.now() : POLL_SETTLED_MS
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs)
    })
    await Promise.race([patience, ...(here ? [here.catch(() => {})] : [])])
    clearTimeout(timer)
  }

  /**
   * Waits while somebody, here or elsewhere, is carrying a workflow on; three seconds at most. Answers how it stands then,
   * undefined where there is none.
   */
  async untilSettled(owner: HostedModule, id: string, deadline: number): Promise<WorkflowStatus | undefined> {
    const end = Math.min(deadline, Date.now() + MAX_SETTLE_WAIT_MS)
    for (;;) {
      const status = await this.readStatus(owner, id)
      // What is kept here is old by now.
      if (this.options.dispatcher.modules.get(owner.name) !== owner) throw misdirected(owner.name)
      const isCarriedOn = status === 'running' || status === 'undoing'
      if (!isCarriedOn || Date.now() + POLL_SETTLED_MS >= end) return status
      await this.#nextLook(id, end)
    }
  }

  /**
   * Starts nothing more, and lets what runs come to its next resting place. What takes longer than `graceMs` is left for
   * others to take up at once: what this process still does about it is refused.
   */
  async stop(owners: readonly HostedModule[] = [], graceMs = 12_000): Promise<void> {
    this.#stopped = true
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([Promise.allSettled([...this.#running.values(), ...this.#recoveries]), patience])
    clearTimeout(timer)
    for (const owner of owners) await this.takeOver(owner, { runners: this.runner }).catch(() => {})
  }

  readStatus(owner: HostedModule, id: string) {
    return readStatus(owner.sql, owner.name, id)
  }

  async #claim(owner: HostedModule, id: string): Promise<JournalEntry | undefined> {
    try {
      return await claimEntry(owner.sql, owner.name, id, {
        runner: this.runner,
        now: this.options.now(),
        leaseUntil: leaseFrom(this.options.now()),
      })
    } catch (error) {
      this.abandon(owner, id)
      throw error
    }
  }

  async #run<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    entry: JournalEntry,
    options: RunOptions,
  ): Promise<Committed<Answer>> {
    const run = new Run(this, owner, workflow as AnyWorkflow, entry, options)
    const work = run.execute()
    const ended = work.finally(() => run.noted)
    this.#running.set(entry.id, ended)
    owner.running++
    const forget = () => {
      owner.running--
      this.#running.delete(entry.id)
    }
    ended.then(forget, forget)
    await work
    if (entry.failure) throw restoreFailure(entry.failure)
    return { committed: entry.answer as Answer }
  }
}

/** A workflow that waited and came to nothing, such as a payment that nobody made, is no trouble: most logs leave it out. */
function logFailure({ log }: HostedModule, { id, name, status }: Due, error: unknown): void {
  const isExpected = status === 'waiting' && isDefinite(error)
  const { code, message } = error as Partial<Failure>
  log[isExpected ? 'debug' : 'info'](
    { workflow: name, id, code, reason: message },
    isExpected ? 'workflow ended after it had waited in vain' : 'workflow that was taken up did not succeed',
  )
}
