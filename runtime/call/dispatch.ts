import { randomBytes } from 'node:crypto'
import { withTimeout } from '../base/timeout.ts'
import { VersionedCache } from '../cache/versioned-cache.ts'
import type { Versions } from '../cache/versions.ts'
import { type Caller, isWorkflow } from '../contract/caller.ts'
import type { Contract } from '../contract/contract.ts'
import { Failure, isMisdirected, misdirected, runtimeFailure } from '../contract/failure.ts'
import { areTablesMissing, fencedModule } from '../database/fence.ts'
import { callerScope, refusal } from './access.ts'
import type { ContractMethod, LocalCall, Moves, Transport } from './call.ts'
import { type CallServices, HandlerContext } from './context.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { DeliveredEvent } from './events.ts'
import { deadlineExceeded, failureOf, invalidInput, replacesFailure, restoreFailure } from './failures.ts'
import { committedAnswer, type HostedMethod, type HostedModule } from './host.ts'
import {
  findAnswer,
  type IdempotencyKey,
  idempotencyKey,
  isRepeatable,
  keepFailure,
  keepsAnswer,
} from './idempotency.ts'
import type { CallInfo } from './info.ts'
import { Reactions } from './react.ts'
import { createValidator } from './validator.ts'

export interface DispatcherOptions {
  /** Checks answers against the contract and freezes inputs, answers and payloads: for tests. */
  strict: boolean
  versions: Versions
}

/** Decides for every call whether it is local or goes over a transport, and executes local calls. */
export class Dispatcher {
  /** The modules of this process. */
  readonly modules = new Map<string, HostedModule>()
  services!: CallServices
  moves!: Moves
  /** The transports of modules in other processes. */
  readonly remote = new Map<string, Transport>()
  readonly reactions: Reactions
  readonly #contracts = new Map<string, { contract: Contract; methods: Map<string, ContractMethod> }>()
  readonly #options: DispatcherOptions
  readonly #answers: VersionedCache<unknown>

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#answers = new VersionedCache(options.versions, 1000)
    this.reactions = new Reactions({
      modules: this.modules,
      services: () => this.services,
      specOf: (event) => {
        const [emitter = '', name = ''] = event.split('.')
        return this.#contracts.get(emitter)?.contract.events[name]
      },
      isMoving: (error, module) => this.#isMoving(error, module),
      newTraceId,
      strict: options.strict,
    })
  }

  /** Registers a contract, so that its methods can be called. */
  registerContract(contract: Contract): void {
    const methods = Object.entries(contract.methods).map(([name, spec]): [string, ContractMethod] => [
      name,
      {
        id: `${contract.name}.${name}`,
        module: contract.name,
        name,
        version: contract.version,
        spec,
        input: createValidator(spec.input),
      },
    ])
    this.#contracts.set(contract.name, { contract, methods: new Map(methods) })
  }

  /** The methods of all registered contracts. */
  get methods(): ContractMethod[] {
    return [...this.#contracts.values()].flatMap(({ methods }) => [...methods.values()])
  }

  /** A method of a registered contract. Throws NOT_FOUND when there is none. */
  contractMethod(module: string, name: string): ContractMethod {
    const method = this.#contracts.get(module)?.methods.get(name)
    if (!method) throw runtimeFailure('NOT_FOUND', `Cannot call ${module}.${name}: no contract has it`)
    return method
  }

  /** Calls a method on behalf of another call, `parent`. */
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
    const target = this.contractMethod(module, method)
    const { cache } = target.spec
    if (!cache) return this.#send(target, input, parent, options)
    return this.#answers.get(cache, `${target.id} ${JSON.stringify(input)}`, () =>
      this.#send(target, input, parent, options),
    )
  }

  async #send(
    target: ContractMethod,
    input: unknown,
    parent: CallInfo,
    options: { key?: string; timeoutMs?: number },
  ): Promise<unknown> {
    const timeoutMs = Math.min(options.timeoutMs ?? target.spec.timeoutMs, parent.deadline - Date.now())
    const info: CallInfo = {
      caller: parent.caller,
      deadline: Date.now() + timeoutMs,
      traceId: parent.traceId,
      openTransactions: 0,
      from: parent.from,
      clientNetwork: parent.clientNetwork,
    }
    return this.#route(target, input, info, options.key)
  }

  /** Executes a call here or sends it over the module's transport. */
  async #route(
    target: ContractMethod,
    input: unknown,
    info: CallInfo,
    key: string | undefined,
  ): Promise<unknown> {
    const transport = this.remote.get(target.module)
    if (!transport) {
      try {
        return await this.execute(this.method(target.module, target.name), { input, info, key })
      } catch (error) {
        if (!isMisdirected(error)) throw error
        await this.moves.settled(target.module, info.deadline)
        return this.#route(target, input, info, key)
      }
    }
    const refused = refusal(target.spec.access, info.caller)
    if (refused) throw refused
    // The receiver ignores unknown members, so members that are unknown to this side's contract are refused here.
    if (!target.input.accepts(input)) throw invalidInput(target, input)
    if (target.spec.kind === 'query') return transport.call(target, input, info, key)
    try {
      return await transport.call(target, input, info, key)
    } finally {
      // The next read must see the effect of this call, even if the notification of its commit has not arrived yet.
      this.#options.versions.changed([target.module])
    }
  }

  /** A method of a module in this process. Throws MISDIRECTED when the module is in another process, else NOT_FOUND. */
  method(module: string, name: string): HostedMethod {
    const hosted = this.modules.get(module)
    // The module may have moved since the caller chose this process.
    if (!hosted && this.remote.has(module)) throw misdirected(module)
    const method = hosted?.methods.get(name)
    if (!method) throw runtimeFailure('NOT_FOUND', `Cannot call ${module}.${name}: no module here offers it`)
    return method
  }

  /**
   * Executes a method here: checks access, input and deadline, handles idempotency, and converts errors to failures
   * that the caller may see.
   */
  async execute(method: HostedMethod, call: LocalCall): Promise<unknown> {
    const refused = refusal(method.spec.access, call.info.caller)
    if (refused) throw refused
    let { input } = call
    if (!method.input.accepts(input)) {
      if (call.tolerant) input = method.input.withoutUnknown(input)
      if (!call.tolerant || !method.input.accepts(input)) throw invalidInput(method, call.input)
    }
    const remaining = call.info.deadline - Date.now()
    if (remaining <= 0) throw deadlineExceeded(method)
    if (this.#options.strict) deepFreeze(input)
    // In a shared transaction, only the deadline of the workflow counts.
    if (call.shared) return this.#answer(method, call, input)
    return withTimeout(this.#answer(method, call, input), remaining, () => deadlineExceeded(method))
  }

  /**
   * `input` is the call's input without unknown members. The idempotency record has the hash of the complete input, so
   * that another version of the module can answer a repeat.
   */
  async #answer(method: HostedMethod, call: LocalCall, input: unknown): Promise<unknown> {
    const { module } = method
    const idempotency =
      call.key !== undefined && keepsAnswer(method.spec, call.info.caller) && !call.shared
        ? idempotencyKey(
            method.id,
            callerScope(call.info.caller),
            call.key,
            call.input,
            method.spec.secretAnswer,
          )
        : undefined
    let context: HandlerContext | undefined
    module.running++
    try {
      if (idempotency) {
        const earlier = await this.#earlierAnswer(module, idempotency, call.info.deadline)
        if (earlier) return earlier.answer
      }
      context = new HandlerContext(module, call.info, this.services, {
        method,
        key: call.key,
        idempotency,
        shared: call.shared,
        // The journal relies on the answers of a workflow's steps, so their commits must be durable.
        ...(isWorkflow(call.info.caller) ? { pool: module.durableSql } : {}),
      })
      const answer = committedAnswer(method, await method.handler(input, context))
      if (this.#options.strict) this.#checkAnswer(method, answer)
      await context.keepUncommitted(answer)
      return answer
    } catch (error) {
      if (!call.shared && ((await this.#isMoving(error, module)) || (await this.#isOutdated(error, method))))
        throw this.#movedFailure(method, call, context)
      // Another call with the same key may have succeeded meanwhile and made this one fail. Its answer counts then.
      if (
        idempotency &&
        !context?.isKeyInJournal &&
        !(error instanceof Failure && error.code === 'IDEMPOTENCY_KEY_REUSED')
      ) {
        try {
          const earlier = await this.#earlierAnswer(module, idempotency, call.info.deadline)
          if (earlier) return earlier.answer
        } catch (lookupError) {
          // A `Failure` is the result of the other call. Any other error must not hide the error of this one.
          if (lookupError instanceof Failure) throw lookupError
        }
      }
      if (call.shared) throw error
      const failure = failureOf(error, method, call.info)
      // By default a repeat gets the failure of the workflow; here the handler has replaced it.
      if (idempotency && context?.isKeyInJournal && replacesFailure(failure, context.workflowFailure))
        await keepFailure(module.sql, module.name, idempotency, failure).catch(() => {})
      throw failure
    } finally {
      module.running--
    }
  }

  /** Whether an error occurred because the module is moving to another process, or has moved there. */
  async #isMoving(error: unknown, module: HostedModule): Promise<boolean> {
    if (isMisdirected(error) || fencedModule(error) === module.name) return true
    return areTablesMissing(error) && (await this.moves.hasMoved(module))
  }

  /**
   * Whether a command was refused because of outdated data at the module's old location. A process that hung during the
   * move does not know about it yet, and the refusal may be wrong at the new location.
   */
  async #isOutdated(error: unknown, { module, spec }: HostedMethod): Promise<boolean> {
    if (!(error instanceof Failure) || spec.kind !== 'command' || module.database === undefined) return false
    return this.moves.hasOtherProcesses && this.moves.hasMoved(module).catch(() => false)
  }

  /**
   * The failure of a call during which the module moved. MISDIRECTED makes the caller repeat the call, if that is safe.
   */
  #movedFailure(
    method: HostedMethod,
    { key, info }: LocalCall,
    context: HandlerContext | undefined,
  ): Failure {
    if (!context?.hasCommitted || isRepeatable(method.spec, info.caller, key))
      return misdirected(method.module.name)
    return runtimeFailure(
      'UNAVAILABLE',
      `Cannot say whether ${method.id} was executed: "${method.module.name}" moved to another process during the call`,
      { retryAfterSeconds: 1 },
    )
  }

  /** The first answer to this key. Waits for it while a workflow runs under the key. Throws when it was a failure. */
  async #earlierAnswer(
    module: HostedModule,
    key: IdempotencyKey,
    deadline: number,
  ): Promise<{ answer: unknown } | undefined> {
    for (;;) {
      const earlier = await findAnswer(module.sql, module.name, key)
      // The module has moved during the query, so the records are outdated.
      if (this.modules.get(module.name) !== module) throw misdirected(module.name)
      if (!earlier) return undefined
      if (earlier.kind === 'answered') return earlier
      if (earlier.kind === 'failed') throw restoreFailure(earlier.failure)
      await this.services.workflows.untilNextRead(earlier.workflowId, deadline)
    }
  }

  /** Calls a method from outside all modules, such as the edge, jobs and the CLI. */
  async callFrom(
    caller: Caller,
    module: string,
    method: string,
    input: unknown,
    options: {
      key?: string
      timeoutMs?: number
      traceId?: string
      from?: string
      clientNetwork?: string | undefined
    } = {},
  ): Promise<unknown> {
    const parent: CallInfo = {
      caller,
      deadline: Number.MAX_SAFE_INTEGER,
      traceId: options.traceId ?? newTraceId(),
      openTransactions: 0,
      from: options.from,
      clientNetwork: options.clientNetwork,
    }
    return this.call(module, method, input, parent, options)
  }

  /**
   * Delivers events of one name and different aggregates to a local or remote module. Returns a promise for each event.
   */
  deliver(consumer: string, events: readonly DeliveredEvent[]): Promise<void>[] {
    const transport = this.remote.get(consumer)
    return transport
      ? events.map((event) => transport.deliver(consumer, event))
      : this.reactions.many(consumer, events)
  }

  /** Runs the reaction of a module in this process to an event. Does nothing when the inbox has the event already. */
  react(consumer: string, event: Omit<DeliveredEvent, 'aggregate'>): Promise<void> {
    return this.reactions.one(consumer, event)
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

export function newTraceId(): string {
  return randomBytes(16).toString('hex')
}
