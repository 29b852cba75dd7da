import { type BackOff, waitAfter } from '../base/back-off.ts'
import type { Log } from '../base/log.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { PlacementState } from '../topology/placement.ts'
import { Breaker, BreakerOpen } from './breaker.ts'
import { Bulkhead, BulkheadFull } from './bulkhead.ts'
import { Exchange, type Exchanging, type Outcome, type Sending } from './exchange.ts'
import type { Faults } from './faults.ts'
import { type RemoteProblem, readProblem } from './problem.ts'
import { pickReplica, type Replica, type Replicas, SUSPICIOUS_MS } from './replicas.ts'

/** A request to a module, wherever it is. */
export interface CalleeRequest {
  /** For messages: `payments.createIntent`. */
  subject: string
  traceId: string
  /** In milliseconds since the epoch. */
  deadline: number
  /** Executed twice, it has the effect of once. */
  isRepeatable: boolean
  /** Made anew for each try: a token counts once. */
  prepare(): Sending
  /** What the request ends with when its time is over. */
  tooLate(): Failure
}

/** What the module said: its output as JSON, or why not. */
export type Answer = { ok: true; body: string } | { ok: false; problem: RemoteProblem }

export interface CalleeOptions {
  module: string
  locate: (module: string) => readonly string[]
  moved: (version: number, modules: PlacementState['modules']) => Promise<void>
  replicas: Replicas
  /** Of this process, where it serves. */
  own?: string | undefined
  log: Log
  faults?: Faults | undefined
}

/** Requests that run at once, and that wait for one of them to end. */
const RUNNING = 256
const WAITING = 256
const TRIES = 5
const RETRY: BackOff = { firstMs: 20, longestMs: 500, factor: 3, jitter: true }
const MOVED_PAUSE_MS = 10

/**
 * A module that other processes host: spreads requests over its replicas, repeats what may be repeated, holds back when it
 * fails again and again (breaker), and keeps it from taking all that this process has (bulkhead).
 */
export class Callee {
  readonly #options: CalleeOptions
  readonly #bulkhead = new Bulkhead(RUNNING, WAITING)
  readonly #breaker: Breaker
  #origins: readonly string[] = []
  #replicas: Replica[] = []
  #turn = 0

  constructor(options: CalleeOptions) {
    this.#options = options
    const { module, log } = options
    this.#breaker = new Breaker({
      onOpen: () => log.warn({ module }, 'calls to a module are held back: too many failed'),
      onClose: () => log.info({ module }, 'calls to a module go through again'),
    })
  }

  /** Answers what the module said. Throws UNAVAILABLE or DEADLINE_EXCEEDED when it said nothing. */
  send(request: CalleeRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const attempts = new Attempts(request, this)
      const timer = setTimeout(() => {
        attempts.giveUp()
        reject(request.tooLate())
      }, request.deadline - Date.now())
      this.#bulkhead
        .execute(() => this.#breaker.execute(() => attempts.run()))
        .then(resolve, (error: unknown) => reject(this.#heldBack(error, request)))
        .finally(() => clearTimeout(timer))
    })
  }

  /**
   * The replica for the next try, and another than the last where there is one. This process itself comes first: it has the
   * module when that has moved here since the call began, and it is the only one that surely lives.
   */
  pick(last: Replica | undefined): Replica | undefined {
    this.relocate()
    const own = this.#replicas.find(({ origin }) => origin === this.#options.own)
    if (own && own !== last) return own
    return pickReplica(this.#replicas, this.#turn++, last)
  }

  /** Looks where the module is now; the connections to where it was are closed when what runs on them has ended. */
  relocate(): void {
    const origins = this.#options.locate(this.#options.module)
    if (origins === this.#origins) return
    this.#origins = origins
    this.#replicas = this.#options.replicas.of(this.#options.module, origins)
  }

  /** Takes what a process said of where the module is now. */
  follow(data: unknown): void {
    const { version, modules } = (data ?? {}) as Partial<PlacementState>
    if (typeof version !== 'number' || modules === undefined) return
    this.#options.moved(version, modules).catch((error: unknown) => {
      this.#options.log.error({ module: this.#options.module, err: error }, 'a move cannot be followed')
    })
  }

  /** Why there is no replica to pick. */
  whyNowhere(): string {
    return this.#replicas.length === 0
      ? 'nothing says where the module is'
      : `"${this.#options.module}" does not answer`
  }

  unavailable(request: CalleeRequest, why: string): Failure {
    return runtimeFailure('UNAVAILABLE', `Cannot answer ${request.subject} now: ${why}. Try again`, {
      retryAfterSeconds: 1,
      traceId: request.traceId,
      relayed: true,
    })
  }

  get options(): CalleeOptions {
    return this.#options
  }

  #heldBack(error: unknown, request: CalleeRequest): unknown {
    const { module } = this.#options
    if (error instanceof BreakerOpen)
      return this.unavailable(request, `"${module}" failed too often lately and is left alone for a moment`)
    if (error instanceof BulkheadFull)
      return this.unavailable(request, `too many calls to "${module}" are running`)
    return error
  }
}

/** What one try told. `executed`: whether the callee may have done it; `moved`: it was the wrong place to ask. */
type Result =
  | { answer: Answer }
  | { answer?: undefined; executed: 'no' | 'perhaps'; why: string; rests: boolean; moved?: boolean }

/** The tries of one request. */
class Attempts {
  readonly #request: CalleeRequest
  readonly #callee: Callee
  #exchange: Exchanging | undefined
  #isOver = false

  constructor(request: CalleeRequest, callee: Callee) {
    this.#request = request
    this.#callee = callee
  }

  /** The time is over: nobody waits for it any more. */
  giveUp(): void {
    this.#isOver = true
    this.#exchange?.abort(this.#request.tooLate())
  }

  async run(): Promise<Answer> {
    const request = this.#request
    let replica: Replica | undefined
    for (let tries = 1; ; ) {
      if (this.#isOver) throw request.tooLate()
      replica = this.#callee.pick(replica)
      if (!replica) throw this.#callee.unavailable(request, this.#callee.whyNowhere())
      const result = await this.#try(replica)
      if (result.answer) return result.answer
      if (this.#isOver) throw request.tooLate()
      // A module on its way is somewhere soon: whoever asks for it waits as long as its deadline lets it.
      const pause = result.moved ? MOVED_PAUSE_MS : waitAfter(tries, RETRY)
      const mayRepeat = result.executed === 'no' || request.isRepeatable
      if (!mayRepeat || tries >= TRIES || Date.now() + pause >= request.deadline)
        throw this.#callee.unavailable(request, result.why)
      if (!result.moved) tries++
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
    if (result.answer || !result.rests) replica.succeeded()
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
        why: sent
          ? `the connection to "${module}" broke, it may have been executed all the same`
          : `"${module}" cannot be reached`,
        rests: true,
      }
    }
    const { status, body, headers } = outcome
    if (status >= 200 && status < 300) return { answer: { ok: true, body } }
    if (status === 401 && headers['www-authenticate'] !== undefined) {
      log.error(
        { subject, origin: replica.origin, traceId },
        'a process refuses our token: both need the same PANDO_SECRET, and clocks that are right',
      )
      return { executed: 'no', why: `"${module}" does not know this process`, rests: true }
    }
    const problem = readProblem(status, body)
    if (!problem) {
      log.error({ subject, origin: replica.origin, traceId, status }, 'an answer is not in our words')
      return { executed: 'perhaps', why: `"${module}" answered something unknown`, rests: true }
    }
    switch (problem.code) {
      case 'OVERLOADED':
        return { executed: 'no', why: `"${module}" has too much to do`, rests: true }
      case 'MISDIRECTED':
        this.#callee.follow(problem.data)
        return { executed: 'no', why: `"${module}" is being moved`, rests: false, moved: true }
      case 'UNAVAILABLE':
        // What it called in turn has been tried again by it.
        if (problem.relayed) break
        return { executed: 'perhaps', why: `"${module}" is not able to`, rests: false }
    }
    return { answer: { ok: false, problem } }
  }
}
