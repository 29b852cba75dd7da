import { newId } from '#shared/ids.ts'
import { restoreFailure } from '../call/failures.ts'
import type { HostedModule } from '../call/host.ts'
import type { IdempotencyKey } from '../call/idempotency.ts'
import type { CallInfo } from '../call/info.ts'
import type { Workflows } from '../call/workflows.ts'
import { Failure, isPermanent, misdirected, runtimeFailure } from '../contract/failure.ts'
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
import { leaseFrom, toStored } from './progress.ts'
import { Run } from './run.ts'
import { countAttempted, isPastFinalStep, type Sharing } from './segments.ts'

/** How many due workflows are resumed at a time. */
const DUE_BATCH = 20
const POLL_SETTLED_MS = 50
/** The time kept to send the answer before a deadline. A caller's timeout would look like a dead process. */
const ANSWER_MARGIN_MS = 250
const MAX_SETTLE_WAIT_MS = 3000

/** Starts, resumes and recovers workflows. Each process has one engine; a `Run` executes a single workflow. */
export class WorkflowEngine implements Workflows {
  readonly options: EngineOptions
  readonly runner: string
  readonly sharing: Sharing
  /** The runs in this process by the workflow's id. A promise settles after the last write to the journal. */
  readonly #running = new Map<string, Promise<unknown>>()
  readonly #recoveries = new Set<Promise<void>>()
  /** By module, workflows that this process stopped running without updating the journal, as the database failed. */
  readonly #abandoned = new Map<string, Set<string>>()
  #stopped = false

  constructor(options: EngineOptions) {
    this.options = options
    // The part after the slash differs after each start of the process, so that late writes from before are refused.
    this.runner = `${options.process}/${newId('run')}`
    const { dispatcher, sharesDatabase } = options
    this.sharing = {
      isRemote: (module) => dispatcher.remote.has(module),
      isOutside: ({ module, method }) => dispatcher.contractMethod(module, method).spec.outside,
      sharesDatabase,
    }
  }

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
      version: workflow.version,
      nextStep: 0,
      state: workflow.begin(input, id),
      answer: null,
      failure: null,
      attempts: 0,
      isUncertain: false,
      wakeAt: null,
      deadlineAt: new Date(now.getTime() + workflow.deadlineMs),
    }
    return this.#run(owner, workflow, entry, { key, isStored: false, traceId: info.traceId, onStored })
  }

  async resume<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    id: string,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<Committed<Answer> | undefined> {
    const entry = await this.#claim(owner, workflow, id)
    if (!entry) return undefined
    return this.#run(owner, workflow, entry, { key: undefined, isStored: true, traceId: info.traceId })
  }

  async abort(
    owner: HostedModule,
    workflow: AnyWorkflow,
    id: string,
    failure: Failure,
    patch: object,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<boolean> {
    const entry = await this.#claim(owner, workflow, id)
    if (!entry) return false
    // Past a final step the workflow is resumed instead, as its result was already confirmed.
    const isTooLate = entry.status === 'running' && isPastFinalStep(workflow.steps, entry.nextStep)
    if (entry.status === 'running' && !isTooLate) {
      entry.status = 'undoing'
      entry.failure = toStored(failure)
      entry.state = { ...entry.state, ...patch }
      entry.nextStep += countAttempted(workflow.steps.slice(entry.nextStep), entry.isUncertain)
    }
    await this.#run(owner, workflow, entry, {
      key: undefined,
      isStored: true,
      traceId: info.traceId,
    }).catch((error: unknown) => {
      // The workflow's failure is for the caller that started it. Any other error means that the journal was not
      // updated.
      if (!(error instanceof Failure) || error.cause instanceof LostEntry) throw error
    })
    return !isTooLate
  }

  /** Resumes due workflows and waits until they are settled. Returns how many there were. */
  async recover(owner: HostedModule): Promise<number> {
    const due = await this.#due(owner)
    await Promise.all(due.map((each) => this.#recoverOne(owner, each)))
    return due.length
  }

  /** Resumes due workflows without waiting for them, so that a slow provider cannot block the others. */
  async resumeDue(owner: HostedModule): Promise<void> {
    for (const each of await this.#due(owner)) {
      const recovery = this.#recoverOne(owner, each)
      this.#recoveries.add(recovery)
      // Keeps the module in this process until the recovery has ended.
      owner.running++
      void recovery.then(() => {
        owner.running--
        this.#recoveries.delete(recovery)
      })
    }
  }

  /** The workflows whose wait is over, and those whose runner's lease has ended. */
  async #due(owner: HostedModule): Promise<Due[]> {
    await this.#releaseAbandoned(owner)
    const listed = await listDue(owner.sql, owner.name, this.options.now(), DUE_BATCH)
    // This process may have been suspended for longer than a lease, and its runs continue.
    return listed.filter((due) => !this.#running.has(due.id) && this.#isKnown(owner, due))
  }

  /** Whether this process can continue a workflow. A newer process may have begun one with steps that this one lacks. */
  #isKnown(owner: HostedModule, { id, name, version }: Due): boolean {
    const workflow = workflowsOf(owner).find((each) => each.name === name)
    if (workflow && version <= workflow.version) return true
    owner.log.error(
      { workflow: name, id, version },
      'cannot recover a workflow: this version of its module does not define it, or lacks some of its steps',
    )
    return false
  }

  /** Never rejects: the journal has the result. */
  async #recoverOne(owner: HostedModule, due: Due): Promise<void> {
    if (this.#stopped) return
    const { id, name } = due
    const workflow = workflowsOf(owner).find((each) => each.name === name)!
    await this.resume(owner, workflow, id, { traceId: id }).catch((error: unknown) =>
      logFailure(owner, due, error),
    )
  }

  /** Records that this process stopped running a workflow, although the journal may name it as the runner. */
  abandon(owner: HostedModule, id: string): void {
    const ids = this.#abandoned.get(owner.name) ?? new Set()
    this.#abandoned.set(owner.name, ids.add(id))
  }

  /** Call it when a module has moved: another process runs its workflows then. */
  forget(owner: HostedModule): void {
    this.#abandoned.delete(owner.name)
  }

  /** Ends the leases of abandoned workflows, so that they can be resumed at once. */
  async #releaseAbandoned(owner: HostedModule): Promise<void> {
    const ids = [...(this.#abandoned.get(owner.name) ?? [])].filter((id) => !this.#running.has(id))
    if (ids.length === 0) return
    await releaseEntries(owner.sql, owner.name, ids, this.runner, this.options.now())
    for (const id of ids) this.#abandoned.get(owner.name)!.delete(id)
  }

  /**
   * Ends leases of runners that run no workflows any more, so that the workflows can be resumed at once: of the runners
   * whose names begin with `runners`, or all leases that were taken before a moment.
   */
  async takeOver(owner: HostedModule, scope: { runners: string } | { leasedBefore: Date }): Promise<void> {
    const leases = 'runners' in scope ? scope : { runners: '', endsBefore: leaseFrom(scope.leasedBefore) }
    await releaseLeases(owner.sql, owner.name, { ...leases, now: this.options.now() })
  }

  async untilNextRead(id: string, deadline: number): Promise<void> {
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
    await this.#untilRunEnds(id, end)
  }

  /** Waits until a workflow's run in this process ends. Without such a run, waits for POLL_SETTLED_MS. */
  async #untilRunEnds(id: string, end: number): Promise<void> {
    const localRun = this.#running.get(id)
    const timeoutMs = localRun ? end - Date.now() : POLL_SETTLED_MS
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([timeout, ...(localRun ? [localRun.catch(() => {})] : [])])
    clearTimeout(timer)
  }

  async untilSettled(owner: HostedModule, id: string, deadline: number): Promise<WorkflowStatus | undefined> {
    const end = Math.min(deadline, Date.now() + MAX_SETTLE_WAIT_MS)
    for (;;) {
      const status = await this.readStatus(owner, id)
      // The module has moved during the query, so this journal is outdated.
      if (this.options.dispatcher.modules.get(owner.name) !== owner) throw misdirected(owner.name)
      const isSettled = status !== 'running' && status !== 'undoing'
      if (isSettled || Date.now() + POLL_SETTLED_MS >= end) return status
      await this.#untilRunEnds(id, end)
    }
  }

  /**
   * Recovers no more workflows, and waits up to `graceMs` until the running ones are settled. Then ends the leases of the
   * rest, so that other processes can resume them at once; further writes of this process to their journal are refused.
   */
  async stop(owners: readonly HostedModule[] = [], graceMs = 12_000): Promise<void> {
    this.#stopped = true
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([Promise.allSettled([...this.#running.values(), ...this.#recoveries]), timeout])
    clearTimeout(timer)
    for (const owner of owners) await this.takeOver(owner, { runners: this.runner }).catch(() => {})
  }

  readStatus(owner: HostedModule, id: string) {
    return readStatus(owner.sql, owner.name, id)
  }

  async #claim(
    owner: HostedModule,
    workflow: Pick<AnyWorkflow, 'version' | 'convertPosition'>,
    id: string,
  ): Promise<JournalEntry | undefined> {
    try {
      const entry = await claimEntry(owner.sql, owner.name, id, {
        runner: this.runner,
        version: workflow.version,
        now: this.options.now(),
        leaseUntil: leaseFrom(this.options.now()),
      })
      if (!entry || entry.version === workflow.version) return entry
      return {
        ...entry,
        version: workflow.version,
        nextStep: workflow.convertPosition(entry.nextStep, entry.version),
      }
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
    const ended = work.finally(() => run.written)
    this.#running.set(entry.id, ended)
    owner.running++
    const remove = () => {
      owner.running--
      this.#running.delete(entry.id)
    }
    ended.then(remove, remove)
    await work
    if (entry.failure) throw restoreFailure(entry.failure)
    return { committed: entry.answer as Answer }
  }
}

function workflowsOf(owner: HostedModule): readonly AnyWorkflow[] {
  return owner.definition.workflows as unknown as AnyWorkflow[]
}

/** Logs at the level `debug` when a waiting workflow failed as expected, such as when the shopper did not pay. */
function logFailure({ log }: HostedModule, { id, name, status }: Due, error: unknown): void {
  const isExpected = status === 'waiting' && isPermanent(error)
  const { code, message } = error as Partial<Failure>
  log[isExpected ? 'debug' : 'info'](
    { workflow: name, id, code, reason: message },
    isExpected ? 'waiting workflow failed' : 'recovered workflow failed',
  )
}
