import { randomBytes } from 'node:crypto'
import type { Log } from '../base/log.ts'
import type { ContractMethod, Transport } from '../call/call.ts'
import { newTraceId } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { deadlineExceeded } from '../call/failures.ts'
import { isRepeatable } from '../call/idempotency.ts'
import type { CallInfo } from '../call/info.ts'
import { createValidator } from '../call/validator.ts'
import { system } from '../contract/caller.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { PlacementState } from '../topology/placement.ts'
import { Callee } from './callee.ts'
import type { Faults } from './faults.ts'
import { type RemoteProblem, restoreProblem } from './problem.ts'
import { Replicas } from './replicas.ts'
import { type TokenContent, TokenSigner } from './token-signer.ts'

export interface RemoteTransportOptions {
  /** The deployment's secret. */
  secret: string
  /**
   * The origins of the replicas of a module, such as `http://127.0.0.1:4110`. Must return the same array while
   * unchanged.
   */
  locate: (module: string) => readonly string[]
  /** Applies the origins of moved modules, which a process that no longer has them returned with its placement's version. */
  acceptMove?: (version: number, modules: PlacementState['modules']) => Promise<void>
  /** The origin of this process, if it serves calls. A module that moves here during a call is called here. */
  ownOrigin?: string | undefined
  log: Log
  /** Injects faults into requests, for tests. */
  faults?: Faults | undefined
}

/** Longer than a reaction may take. */
const DELIVERY_TIMEOUT_MS = 35_000

/** Sends calls and events to modules in other processes. The protocol is described in `docs/protocol.md`. */
export class RemoteTransport implements Transport {
  readonly #options: RemoteTransportOptions
  readonly #signer: TokenSigner
  readonly #replicas = new Replicas()
  readonly #callees = new Map<string, Callee>()

  constructor(options: RemoteTransportOptions) {
    this.#options = options
    this.#signer = new TokenSigner(options.secret)
  }

  async call(
    method: ContractMethod,
    input: unknown,
    info: CallInfo,
    key: string | undefined,
  ): Promise<unknown> {
    const { id, module, name, spec } = method
    const { deadline, traceId, caller, from = 'cli', clientNetwork: client } = info
    if (deadline <= Date.now()) throw deadlineExceeded(method)
    const answer = await this.#callee(module).send({
      subject: id,
      traceId,
      deadline,
      isRepeatable: isRepeatable(spec, caller, key),
      prepare: this.#prepare(
        `/rpc/${module}/${name}`,
        { iss: from, aud: id, caller, key, client },
        JSON.stringify(input),
        {
          deadline,
          traceId,
        },
      ),
      deadlineFailure: () => deadlineExceeded(method),
    })
    if (!answer.ok) throw this.#failure(method, answer.problem, traceId)
    return this.#readOutput(method, answer.body, traceId)
  }

  async deliver(consumer: string, event: DeliveredEvent): Promise<void> {
    const subject = `events:${consumer}`
    const traceId = newTraceId()
    const deadline = Date.now() + DELIVERY_TIMEOUT_MS
    const iss = event.name.slice(0, event.name.indexOf('.'))
    const caller = system(`event:${event.name}`)
    const answer = await this.#callee(consumer).send({
      subject,
      traceId,
      deadline,
      isRepeatable: true,
      prepare: this.#prepare(`/events/${consumer}`, { iss, aud: subject, caller }, JSON.stringify(event), {
        deadline,
        traceId,
      }),
      deadlineFailure: () => deadlineExceeded({ id: subject }),
    })
    if (!answer.ok) {
      const { status, code, detail, traceId: theirs } = answer.problem
      throw new Error(
        `${consumer} refused the event with ${status} ${code}: ${detail}${theirs ? ` (trace ${theirs})` : ''}`,
      )
    }
  }

  /** Closes connections to processes that no longer host a called module. Otherwise the next call would close them. */
  relocate(): void {
    for (const callee of this.#callees.values()) callee.relocate()
  }

  /** Closes all connections and aborts running requests. */
  async close(): Promise<void> {
    await this.#replicas.close()
  }

  #callee(module: string): Callee {
    let callee = this.#callees.get(module)
    if (!callee) {
      const { locate, acceptMove = async () => {}, ownOrigin, log, faults } = this.#options
      callee = new Callee({ module, locate, acceptMove, ownOrigin, log, faults, replicas: this.#replicas })
      this.#callees.set(module, callee)
    }
    return callee
  }

  #prepare(
    path: string,
    content: TokenContent,
    body: string,
    { deadline, traceId }: { deadline: number; traceId: string },
  ) {
    return () => ({
      path,
      body,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.#signer.sign(content, body)}`,
        'pando-timeout-ms': String(Math.max(1, deadline - Date.now())),
        traceparent: `00-${traceId}-${spanId()}-01`,
      },
    })
  }

  /**
   * Removes members that the contract of this process does not know. Throws INTERNAL when the rest breaks the contract.
   */
  #readOutput(method: ContractMethod, body: string, traceId: string): unknown {
    const validator = createValidator(method.spec.output)
    let output: unknown
    try {
      output = JSON.parse(body)
    } catch {
      throw this.#invalidAnswer(method, traceId, 'it is not JSON')
    }
    if (validator.accepts(output)) return output
    const known = validator.withoutUnknown(output)
    if (validator.accepts(known)) return known
    throw this.#invalidAnswer(method, traceId, validator.problems(known))
  }

  #failure(method: ContractMethod, problem: RemoteProblem, traceId: string): Failure {
    const { code, detail } = problem
    // The callee has an older contract without this method. The detail has the version of that contract; this adds the
    // version here.
    const lacksMethod = code === 'NOT_FOUND' && !Object.hasOwn(method.spec.failures, code)
    const described = lacksMethod
      ? { ...problem, detail: `${detail}; called by version ${method.version}` }
      : problem
    return (
      restoreProblem(method, described) ??
      this.#invalidAnswer(
        method,
        traceId,
        `version ${method.version} of its contract has no failure "${code}"`,
      )
    )
  }

  /** Logs that an answer breaks its contract, and returns the failure for the caller. */
  #invalidAnswer(method: ContractMethod, traceId: string, problems: unknown): Failure {
    this.#options.log.error({ method: method.id, traceId, problems }, 'an answer breaks its contract')
    return runtimeFailure(
      'INTERNAL',
      `Cannot answer ${method.id}: internal error; the log has the details under this trace id`,
      { traceId, relayed: true },
    )
  }
}

const SPANS = randomBytes(4).toString('hex')
let spans = 0

/** The id of one request in a trace. It need not be hard to guess. */
function spanId(): string {
  spans = (spans + 1) % 2 ** 32
  return SPANS + spans.toString(16).padStart(8, '0')
}
