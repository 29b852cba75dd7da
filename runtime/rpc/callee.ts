import { type BackOff, waitAfter } from '../base/back-off.ts'
import type { Log } from '../base/log.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { PlacementState } from '../topology/placement.ts'
import { Breaker, BreakerOpen } from './breaker.ts'
import { Bulkhead, BulkheadFull } from './bulkhead.ts'
import { Exchange, type Outcome, type OutgoingRequest, type PendingExchange } from './exchange.ts'
import type { Faults } from './faults.ts'
import { type RemoteProblem, readProblem } from './problem.ts'
import { pickReplica, type Replica, type Replicas, SUSPICIOUS_MS } from './replicas.ts'

/** A request to a module in another process. */
export interface CalleeRequest {
  /** For messages: `payments.createIntent`. */
  subject: string
  traceId: string
  /** In milliseconds since the epoch. */
  deadline: number
  /** Whether a repeat has no further effect, so that the request may be retried even if it may have been executed. */
  isRepeatable: boolean
  /** Builds the request, once for each attempt: a token is valid only once. */
  prepare(): OutgoingRequest
  /** The failure to throw at the deadline. */
  deadlineFailure(): Failure
}

/** The answer of the module: its output as JSON, or a problem. */
export type Answer = { ok: true; body: string } | { ok: false; problem: RemoteProblem }

export interface CalleeOptions {
  module: string
  /** The origins of the replicas of a module. Returns the same array while unchanged. */
  locate: (module: string) => readonly string[]
  /** Applies the origins of moved modules, which a process that no longer has them returned with its placement's version. */
  acceptMove: (version: number, modules: PlacementState['modules']) => Promise<void>
  replicas: Replicas
  /** The origin of this process, if it serves calls. */
  ownOrigin?: string | undefined
  log: Log
  faults?: Faults | undefined
}

const MAX_RUNNING = 256
const MAX_WAITING = 256
const MAX_ATTEMPTS = 5
const RETRY: BackOff = { firstMs: 20, longestMs: 500, factor: 3, jitter: true }
const MOVED_RETRY_MS = 10

/**
 * A module in other processes. Distributes requests over its replicas, retries what may be retried, refuses calls while
 * the module keeps failing (breaker), and limits the calls in flight (bulkhead).
 */
export class Callee {
  readonly #options: CalleeOptions
  readonly #bulkhead = new Bulkhead(MAX_RUNNING, MAX_WAITING)
  readonly #breaker: Breaker
  #origins: readonly string[] = []
  #replicas: Replica[] = []
  #turn = 0

  constructor(options: CalleeOptions) {
    this.#options = options
    const { module, log } = options
    this.#breaker = new Breaker({
      onOpen: () => log.warn({ module }, 'breaker opened: too many calls to the module failed'),
      onClose: () => log.info({ module }, 'breaker closed: calls to the module succeed again'),
    })
  }

  /** Sends a request and returns the answer. Throws UNAVAILABLE or DEADLINE_EXCEEDED when there is none. */
  send(request: CalleeRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const attempts = new Attempts(request, this)
      const timer = setTimeout(() => {
        attempts.giveUp()
        reject(request.deadlineFailure())
      }, request.deadline - Date.now())
      this.#bulkhead
        .execute(() => this.#breaker.execute(() => attempts.run()))
        .then(resolve, (error: unknown) => reject(this.#toFailure(error, request)))
        .finally(() => clearTimeout(timer))
    })
  }

  /**
   * Picks the replica for the next attempt; not the last one if there are others. Prefers this process if the module
   * has moved here since the call started: this process is certainly alive.
   */
  pick(last: Replica | undefined): Replica | undefined {
    this.relocate()
    const here = this.#replicas.find(({ origin }) => origin === this.#options.ownOrigin)
    if (here && here !== last) return here
    return pickReplica(this.#replicas, this.#turn++, last)
  }

  /** Updates the replicas to the current placement. Unused connections close after their running requests. */
  relocate(): void {
    const origins = this.#options.locate(this.#options.module)
    if (origins === this.#origins) return
    this.#origins = origins
    this.#replicas = this.#options.replicas.of(this.#options.module, origins)
  }

  /** Applies the location of the module that a MISDIRECTED answer carries. */
  follow(data: unknown): void {
    const { version, modules } = (data ?? {}) as Partial<PlacementState>
    if (typeof version !== 'number' || modules === undefined) return
    this.#options.acceptMove(version, modules).catch((error: unknown) => {
      this.#options.log.error(
        { module: this.#options.module, err: error },
        'cannot apply the new location of a module',
      )
    })
  }

  /** The reason for messages when `pick` found no replica. */
  noReplicaReason(): string {
    return this.#replicas.length === 0
      ? 'the location of the module is unknown'
      : `"${this.#options.module}" does not answer`
  }

  unavailable(request: CalleeRequest, reason: string): Failure {
    return runtimeFailure('UNAVAILABLE', `Cannot answer ${request.subject} now: ${reason}. Try again`, {
      retryAfterSeconds: 1,
      traceId: request.traceId,
      relayed: true,
    })
  }

  get options(): CalleeOptions {
    return this.#options
  }

  #toFailure(error: unknown, request: CalleeRequest): unknown {
    const { module } = this.#options
    if (error instanceof BreakerOpen)
      return this.unavailable(request, `too many recent calls to "${module}" failed`)
    if (error instanceof BulkheadFull)
      return this.unavailable(request, `too many calls to "${module}" are running`)
    return error
  }
}

/** The result of one attempt. */
type Result =
  | { answer: Answer }
  | {
      answer?: undefined
      /** Whether the callee may have executed the request. */
      executed: 'no' | 'perhaps'
      reason: string
      /** Whether the replica failed, so that it gets fewer requests for a while. */
      replicaFailed: boolean
      /** Whether the module is no longer at this replica. */
      moved?: boolean
    }

/** All attempts at one request. */
class Attempts {
  readonly #request: CalleeRequest
  readonly #callee: Callee
  #exchange: PendingExchange | undefined
  #isOver = false

  constructor(request: CalleeRequest, callee: Callee) {
    this.#request = request
    this.#callee = callee
  }

  /** Aborts the request at its deadline. */
  giveUp(): void {
    this.#isOver = true
    this.#exchange?.abort(this.#request.deadlineFailure())
  }

  async run(): Promise<Answer> {
    const request = this.#request
    let replica: Replica | undefined
    for (let attempts = 1; ; ) {
      if (this.#isOver) throw request.deadlineFailure()
      replica = this.#callee.pick(replica)
      if (!replica) throw this.#callee.unavailable(request, this.#callee.noReplicaReason())
      const result = await this.#try(replica)
      if (result.answer) return result.answer
      if (this.#isOver) throw request.deadlineFailure()
      // A move ends soon. Retry until the deadline, without counting attempts.
      const pause = result.moved ? MOVED_RETRY_MS : waitAfter(attempts, RETRY)
      const mayRepeat = result.executed === 'no' || request.isRepeatable
      if (!mayRepeat || attempts >= MAX_ATTEMPTS || Date.now() + pause >= request.deadline)
        throw this.#callee.unavailable(request, result.reason)
      if (!result.moved) attempts++
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  async #try(replica: Replica): Promise<Result> {
    const { subject, isRepeatable, prepare } = this.#request
    const { faults } = this.#callee.options
    this.#exchange = faults
      ? faults.exchange(subject, replica.pool, prepare, isRepeatable)
      : new Exchange(replica.pool, prepare())
    const exchange = this.#exchange
    replica.began(exchange)
    const suspicion = setTimeout(() => void replica.suspect(), SUSPICIOUS_MS)
    const outcome = await exchange.outcome
    clearTimeout(suspicion)
    replica.ended(exchange)
    if (outcome.kind === 'broken' && !outcome.sent && !this.#isOver) replica.unreached()
    const result = this.#read(outcome, replica)
    if (result.answer || !result.replicaFailed) replica.succeeded()
    else replica.failed()
    return result
  }

  #read(outcome: Outcome, replica: Replica): Result {
    const { module, log } = this.#callee.options
    const { subject, traceId } = this.#request
    if (outcome.kind === 'broken') {
      const { sent, error } = outcome
      log.warn({ subject, origin: replica.origin, traceId, sent, error: error.message }, 'connection broken')
      return {
        executed: sent ? 'perhaps' : 'no',
        reason: sent
          ? `the connection to "${module}" broke, but the request may have been executed`
          : `"${module}" cannot be reached`,
        replicaFailed: true,
      }
    }
    const { status, body, headers } = outcome
    if (status >= 200 && status < 300) return { answer: { ok: true, body } }
    if (status === 401 && headers['www-authenticate'] !== undefined) {
      log.error(
        { subject, origin: replica.origin, traceId },
        'the process refuses the token: both processes need the same PANDO_SECRET, and correct clocks',
      )
      return { executed: 'no', reason: `"${module}" refuses the token of this process`, replicaFailed: true }
    }
    const problem = readProblem(status, body)
    if (!problem) {
      log.error(
        { subject, origin: replica.origin, traceId, status },
        'an answer does not follow the protocol',
      )
      return {
        executed: 'perhaps',
        reason: `"${module}" sent an answer that does not follow the protocol`,
        replicaFailed: true,
      }
    }
    switch (problem.code) {
      case 'OVERLOADED':
        return { executed: 'no', reason: `"${module}" is overloaded`, replicaFailed: true }
      case 'MISDIRECTED':
        this.#callee.follow(problem.data)
        return { executed: 'no', reason: `"${module}" is being moved`, replicaFailed: false, moved: true }
      case 'UNAVAILABLE':
        // The failure is of a third process, and the callee has already retried its call to it.
        if (problem.relayed) break
        return { executed: 'perhaps', reason: `"${module}" is unavailable`, replicaFailed: false }
    }
    return { answer: { ok: false, problem } }
  }
}
