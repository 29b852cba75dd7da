import { randomBytes } from 'node:crypto'
import { type Caller, system } from '../contract/caller.ts'
import { Failure, type RuntimeCode, runtimeFailure } from '../contract/failure.ts'
import { isUnreachable, sqlState } from '../database/transaction.ts'
import { VersionedCache } from '../events/versioned-cache.ts'
import type { Versions } from '../events/versions.ts'
import type { WorkflowEngine } from '../workflow/engine.ts'
import { callerScope, refusal } from './access.ts'
import { type CallInfo, HandlerContext, type SharedTransaction } from './context.ts'
import { committedAnswer, type HostedMethod, type HostedModule } from './host.ts'
import { findAnswer, type IdempotencyKey, idempotencyKey, type StoredFailure } from './idempotency.ts'

/** One call, as it is executed where the method is. */
export interface LocalCall {
  input: unknown
  info: CallInfo
  key?: string | undefined
  shared?: SharedTransaction | undefined
}

/** How a call gets to a module that another process, or the loopback mode, keeps. */
export interface Transport {
  call(
    module: string,
    method: string,
    input: unknown,
    info: CallInfo,
    options: { key?: string | undefined; timeoutMs: number; repeatable: boolean },
  ): Promise<unknown>
}

export interface DispatcherOptions {
  /** Checks answers against the contract and freezes what crosses a module's border: for tests. */
  strict: boolean
  versions: Versions
}

// What a handler lets through of the modules that it called; other failures of theirs are its own mistake.
const PASSED_ON = new Set<string>([
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'IDEMPOTENCY_KEY_REUSED',
] satisfies RuntimeCode[])

/** Decides, for every call, whether it is a function call or goes over a transport; and executes the former. */
export class Dispatcher {
  readonly modules = new Map<string, HostedModule>()
  engine!: WorkflowEngine
  /** Modules that are somewhere else. */
  readonly remote = new Map<string, Transport>()
  readonly #options: DispatcherOptions
  readonly #answers: VersionedCache<unknown>

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#answers = new VersionedCache(options.versions, 1000)
  }

  /** A call of a module to another one. */
  call(
    module: string,
    method: string,
    input: unknown,
    parent: CallInfo,
    options: { key?: string; timeoutMs?: number } = {},
  ): Promise<unknown> {
    if (parent.openTransactions > 0) {
      throw new Error(
        `Cannot call ${module}.${method} inside a transaction: the other module may be in another process. Call it before context.commit(), or make both steps of a workflow`,
      )
    }
    const transport = this.remote.get(module)
    const target = this.method(module, method)
    const { spec } = target
    if (spec.cache) {
      return this.#answers.get(spec.cache, `${target.id} ${JSON.stringify(input)}`, () =>
        this.#send(transport, target, input, parent, options),
      )
    }
    return this.#send(transport, target, input, parent, options)
  }

  #send(
    transport: Transport | undefined,
    target: HostedMethod,
    input: unknown,
    parent: CallInfo,
    options: { key?: string; timeoutMs?: number },
  ): Promise<unknown> {
    const { spec } = target
    const timeoutMs = Math.min(options.timeoutMs ?? spec.timeoutMs, parent.deadline - Date.now())
    const info: CallInfo = {
      caller: parent.caller,
      deadline: Date.now() + timeoutMs,
      traceId: parent.traceId,
      openTransactions: 0,
    }
    if (transport) {
      const repeatable = spec.kind === 'query' || options.key !== undefined
      return transport.call(target.module.name, target.name, input, info, {
        key: options.key,
        timeoutMs,
        repeatable,
      })
    }
    return this.execute(target, { input, info, key: options.key })
  }

  method(module: string, name: string): HostedMethod {
    const method = this.modules.get(module)?.methods.get(name)
    if (!method) throw runtimeFailure('NOT_FOUND', `Cannot call ${module}.${name}: no module here offers it`)
    return method
  }

  /** Runs a method here: access, validation, deadline, idempotency, and failures in the contract's words. */
  async execute(method: HostedMethod, call: LocalCall): Promise<unknown> {
    const refused = refusal(method.spec.access, call.info.caller)
    if (refused) throw refused
    if (!method.input.accepts(call.input)) throw this.#invalidInput(method, call.input)
    const remaining = call.info.deadline - Date.now()
    if (remaining <= 0) throw deadlineExceeded(method)
    if (this.#options.strict) deepFreeze(call.input)
    // A shared transaction has one deadline, the workflow's.
    if (call.shared) return this.#answer(method, call)
    return withDeadline(this.#answer(method, call), remaining, method)
  }

  async #answer(method: HostedMethod, call: LocalCall): Promise<unknown> {
    const { module } = method
    const idempotency =
      call.key !== undefined && method.spec.kind === 'command' && !call.shared
        ? idempotencyKey(method.id, callerScope(call.info.caller), call.key, call.input)
        : undefined
    try {
      if (idempotency) {
        const earlier = await this.#earlierAnswer(module, idempotency, call.info.deadline)
        if (earlier) return earlier.answer
      }
      const context = new HandlerContext(module, call.info, this.engine, {
        method,
        key: call.key,
        idempotency,
        shared: call.shared,
      })
      const answer = committedAnswer(method, await method.handler(call.input, context))
      if (this.#options.strict) this.#checkAnswer(method, answer)
      return answer
    } catch (error) {
      // The same key may have been answered while this call ran: then its failure came from the other's success.
      if (idempotency && !(error instanceof Failure && error.code === 'IDEMPOTENCY_KEY_REUSED')) {
        try {
          const earlier = await this.#earlierAnswer(module, idempotency, call.info.deadline)
          if (earlier) return earlier.answer
        } catch (first) {
          if (first instanceof Failure) throw first
        }
      }
      if (call.shared) throw error
      throw this.toFailure(error, method, call.info)
    }
  }

  /** The first answer to this key, waited for while a workflow is getting it. Throws when that was a failure. */
  async #earlierAnswer(
    module: HostedModule,
    key: IdempotencyKey,
    deadline: number,
  ): Promise<{ answer: unknown } | undefined> {
    for (;;) {
      const earlier = await findAnswer(module.sql, module.name, key)
      if (!earlier) return undefined
      if (earlier.kind === 'answered') return earlier
      if (earlier.kind === 'failed') throw restoreFailure(earlier.failure)
      await this.engine.settled(earlier.workflowId, deadline)
    }
  }

  /** Calls a method from outside all modules: the edge, jobs, the command line. */
  async callFrom(
    caller: Caller,
    module: string,
    method: string,
    input: unknown,
    options: { key?: string; timeoutMs?: number; traceId?: string } = {},
  ): Promise<unknown> {
    const parent: CallInfo = {
      caller,
      deadline: Number.MAX_SAFE_INTEGER,
      traceId: options.traceId ?? newTraceId(),
      openTransactions: 0,
    }
    return this.call(module, method, input, parent, options)
  }

  /** Hands an event to a module; does nothing when its inbox has it. */
  async react(consumer: string, event: { id: string; name: string; payload: unknown }): Promise<void> {
    const module = this.modules.get(consumer)!
    const reaction = module.definition.reactions[event.name]!
    if (this.#options.strict) deepFreeze(event.payload)
    const info: CallInfo = {
      caller: system(`event:${event.name}`),
      deadline: Date.now() + REACTION_TIMEOUT_MS,
      traceId: newTraceId(),
      openTransactions: 0,
    }
    const context = new HandlerContext(module, info, this.engine, {
      pool: module.eventSql,
      beforeWork: async (sql) => {
        const fresh = await sql`
          insert into ${sql(consumer)}.pando_inbox (event_id) values (${event.id}) on conflict do nothing returning 1`
        if (fresh.length === 0) throw new AlreadyHandled()
      },
    })
    try {
      const result: unknown = await reaction(event.payload, context)
      if (result === null || typeof result !== 'object' || !('committed' in result)) {
        throw new Error(
          `Cannot finish the reaction of ${consumer} to ${event.name}: it must end with context.commit()`,
        )
      }
    } catch (error) {
      if (!(error instanceof AlreadyHandled)) throw error
    }
  }

  /** Puts an error into words that may leave the module: a declared failure, unavailable, or INTERNAL with a trace id. */
  toFailure(error: unknown, method: HostedMethod, info: CallInfo): Failure {
    if (error instanceof Failure) {
      if (error.code in method.spec.failures || PASSED_ON.has(error.code)) return error
    } else if (isUnreachable(error)) {
      method.module.log.warn(
        { method: method.id, traceId: info.traceId, error: String(error) },
        'database not reachable',
      )
      return runtimeFailure(
        'UNAVAILABLE',
        `Cannot answer ${method.id} now: the database is not reachable. Try again`,
        {
          retryAfterSeconds: 1,
          traceId: info.traceId,
        },
      )
    } else if (sqlState(error) === '57014') {
      return deadlineExceeded(method)
    } else if (sqlState(error) === '22021' || sqlState(error) === '22P05') {
      return runtimeFailure(
        'INVALID_INPUT',
        `Cannot take the input of ${method.id}: it holds a character that cannot be stored, such as NUL`,
      )
    }
    method.module.log.error({ method: method.id, traceId: info.traceId, err: error }, 'internal error')
    return runtimeFailure(
      'INTERNAL',
      `Cannot answer ${method.id}: something is wrong inside; the log tells more by the trace id`,
      {
        traceId: info.traceId,
        cause: error,
      },
    )
  }

  #invalidInput(method: HostedMethod, input: unknown): Failure {
    const fields = method.input.problems(input)
    const first = fields[0]
    const where = first ? `: ${first.field || 'the input'} ${first.message}` : ''
    return runtimeFailure('INVALID_INPUT', `Cannot take the input of ${method.id}${where}`, { fields })
  }

  #checkAnswer(method: HostedMethod, answer: unknown): void {
    if (!method.output.accepts(answer)) {
      throw new Error(
        `The answer of ${method.id} breaks its contract: ${JSON.stringify(method.output.problems(answer))}`,
      )
    }
    deepFreeze(answer)
  }
}

const REACTION_TIMEOUT_MS = 30_000

/** Makes the failure again that the journal kept. */
export function restoreFailure(stored: StoredFailure): Failure {
  return new Failure(stored.code, stored.status, stored.message, { data: stored.data })
}

class AlreadyHandled extends Error {}

export function newTraceId(): string {
  return randomBytes(16).toString('hex')
}

function deadlineExceeded(method: HostedMethod): Failure {
  return runtimeFailure(
    'DEADLINE_EXCEEDED',
    `Cannot answer ${method.id} in time: it may have been executed all the same`,
    {
      retryAfterSeconds: 1,
    },
  )
}

function withDeadline<Answer>(work: Promise<Answer>, ms: number, method: HostedMethod): Promise<Answer> {
  if (ms > 2 ** 31 - 1) return work
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(deadlineExceeded(method)), ms)
    work.then(
      (answer) => {
        clearTimeout(timer)
        resolve(answer)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error as Error)
      },
    )
  })
}

/** Freezes a value all the way down, so that what a module changes after the call shows as an error, as it would be lost remotely. */
function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}
