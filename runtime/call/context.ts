import type { Log } from '../base/log.ts'
import type { Caller } from '../contract/caller.ts'
import { Failure } from '../contract/failure.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'
import type { Committed } from '../module/define.ts'
import type { Workflow, WorkflowStatus } from '../module/workflow.ts'
import type { SharedTransaction } from './call.ts'
import type { EmittedEvent, StoreEvents } from './events.ts'
import type { HostedMethod, HostedModule } from './host.ts'
import { type IdempotencyKey, keepAnswer } from './idempotency.ts'
import type { CallInfo } from './info.ts'
import type { Workflows } from './workflows.ts'

/** Functions of upper layers that every context needs. `openShop` sets them. */
export interface CallServices {
  workflows: Workflows
  storeEvents: StoreEvents
}

type CommitIn = <Answer>(work: (sql: Sql) => Promise<Answer>) => Promise<Answer>

/** The context of a handler; `runtime/module/define.ts` documents its public members. */
export class HandlerContext implements CallInfo {
  readonly module: HostedModule
  readonly caller: Caller
  readonly deadline: number
  readonly traceId: string
  readonly clientNetwork: string | undefined
  readonly key: string | undefined
  openTransactions = 0
  /** Whether this call has committed an effect. */
  hasCommitted = false
  /** Whether the journal has a workflow of this call, with the call's idempotency key. */
  isKeyInJournal = false
  /** The failure of the workflow that this call started. The handler may throw a different one. */
  workflowFailure: unknown
  readonly #method: HostedMethod | undefined
  readonly #shared: SharedTransaction | undefined
  readonly #services: CallServices
  #idempotency: IdempotencyKey | undefined
  /** Whether a commit of this call has stored its answer. */
  #isAnswerStored = false
  readonly #commitIn: CommitIn | undefined
  readonly #pool: Pool
  #calls: object | undefined

  constructor(
    module: HostedModule,
    info: CallInfo,
    services: CallServices,
    options: {
      method?: HostedMethod | undefined
      key?: string | undefined
      idempotency?: IdempotencyKey | undefined
      shared?: SharedTransaction | undefined
      /** Runs the work of a commit in a transaction. Default: in a new one on `pool`. */
      commitIn?: CommitIn
      /** The pool for commits. Default: the module's own. */
      pool?: Pool
    } = {},
  ) {
    this.module = module
    this.caller = info.caller
    this.deadline = info.deadline
    this.traceId = info.traceId
    this.clientNetwork = info.clientNetwork
    this.key = options.key
    this.#method = options.method
    this.#idempotency = options.idempotency
    this.#shared = options.shared
    this.#commitIn = options.commitIn
    this.#pool = options.pool ?? module.sql
    this.#services = services
  }

  get sql(): Sql {
    return this.#shared?.sql ?? this.#pool
  }

  get from(): string {
    return this.module.name
  }

  get calls(): object {
    this.#calls ??= this.module.createCalls(this)
    return this.#calls
  }

  get services(): unknown {
    return this.module.services
  }

  get log(): Log {
    return this.module.log
  }

  // Arrow functions, because handlers destructure their context.

  readonly now = (): Date => this.module.now()

  readonly fail = (code: string, message: string, data?: unknown): Failure => {
    const spec = this.#method?.spec.failures[code]
    if (!spec)
      throw new Error(
        `Cannot fail with "${code}": ${this.#method?.id} does not declare it. Add it to the contract`,
      )
    return new Failure(code, spec.status, message, data === undefined ? {} : { data })
  }

  readonly commit = async <Answer>(
    work: (tx: { sql: Sql; emit: (name: string, payload: unknown) => void }) => Promise<Answer>,
  ): Promise<Committed<Answer>> => {
    let emitted = false
    const run = async (sql: Sql) => {
      const events: EmittedEvent[] = []
      this.openTransactions++
      try {
        const answer = await work({ sql, emit: (name, payload) => events.push(this.#event(name, payload)) })
        emitted = events.length > 0
        if (emitted || this.#idempotency) {
          await Promise.all([
            this.#services.storeEvents(sql, this.module.name, events),
            this.#idempotency && keepAnswer(sql, this.module.name, this.#idempotency, answer),
          ])
          this.#isAnswerStored = this.#idempotency !== undefined
        }
        return answer
      } finally {
        this.openTransactions--
      }
    }
    if (this.#shared) {
      const answer = await run(this.#shared.sql)
      this.#shared.written.set(this.module, emitted || this.#shared.written.get(this.module) === true)
      return { committed: answer }
    }
    const answer = await (this.#commitIn ? this.#commitIn(run) : transaction(this.#pool, run))
    this.hasCommitted = true
    this.module.committed(emitted)
    return { committed: answer }
  }

  readonly commitStatement = async <Answer>(
    work: (sql: Sql) => Promise<Answer>,
  ): Promise<Committed<Answer>> => {
    if (this.#idempotency || this.#shared || this.#commitIn) return this.commit(({ sql }) => work(sql))
    const answer = await work(this.#pool)
    this.hasCommitted = true
    this.module.committed(false)
    return { committed: answer }
  }

  readonly unchanged = <Answer>(answer: Answer): Committed<Answer> => ({ committed: answer })

  /**
   * Stores the answer of a command with an idempotency key that has committed nothing itself, because there was nothing
   * to change or because another module made the change. Repeats get this answer, and the key is refused with another
   * input.
   */
  async keepUncommitted(answer: unknown): Promise<void> {
    if (this.#idempotency && !this.#isAnswerStored)
      await keepAnswer(this.#pool, this.module.name, this.#idempotency, answer)
  }

  readonly start = <Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    input: Input,
  ): Promise<Committed<Answer>> => {
    const idempotency = this.#idempotency
    // The journal records the key, as the workflow's answer may come long after this call.
    this.#idempotency = undefined
    return this.#services.workflows
      .start(
        this.module,
        workflow as unknown as Workflow<unknown, object, Answer>,
        input,
        idempotency,
        this,
        () => {
          this.hasCommitted = true
          this.isKeyInJournal = idempotency !== undefined
        },
      )
      .catch((error: unknown) => {
        this.workflowFailure = error
        throw error
      })
  }

  readonly resume = async <Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    id: string,
  ): Promise<Committed<Answer> | undefined> => {
    const resumed = await this.#services.workflows.resume(
      this.module,
      workflow as unknown as Workflow<unknown, object, Answer>,
      id,
      this,
    )
    // A reaction does not wait: no caller reads the result.
    if (!resumed && this.#method) await this.#services.workflows.untilSettled(this.module, id, this.deadline)
    return resumed
  }

  readonly untilSettled = (id: string): Promise<WorkflowStatus | undefined> =>
    this.#services.workflows.untilSettled(this.module, id, this.deadline)

  readonly abort = <Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    id: string,
    failure: Failure,
    patch?: Partial<State>,
  ): Promise<boolean> => {
    return this.#services.workflows.abort(
      this.module,
      workflow as unknown as Workflow<unknown, object, Answer>,
      id,
      failure,
      patch ?? {},
      this,
    )
  }

  #event(name: string, payload: unknown): EmittedEvent {
    const spec = this.module.definition.contract.events[name]
    if (!spec) throw new Error(`Cannot emit "${name}": the contract of ${this.module.name} has no such event`)
    return { name, aggregate: String((payload as Record<string, unknown>)[spec.aggregate]), payload }
  }
}
