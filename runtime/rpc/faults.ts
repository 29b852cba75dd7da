import { createHash } from 'node:crypto'
import type { Pool } from 'undici'
import type { Log } from '../base/log.ts'
import { Exchange, type Outcome, type OutgoingRequest, type PendingExchange } from './exchange.ts'

/** The faults to inject into requests between processes, for tests. All members except `seed` and `delayMs` are probabilities. */
export interface FaultPlan {
  seed: number
  /** The request never arrives. */
  lose: number
  /** The request is executed, but its answer never arrives. */
  cut: number
  /** The request arrives `delayMs` later, even when its caller no longer waits. */
  delay: number
  delayMs: number
  /** The request arrives twice at the same time. */
  duplicate: number
  /** The request arrives after the next request to the same replica. */
  reorder: number
}

const KINDS = ['lose', 'cut', 'delay', 'duplicate', 'reorder'] as const
export type Fault = (typeof KINDS)[number]

/** How long a held request waits for the next one. Without a next one it is sent then. */
const MAX_HOLD_MS = 100
/** The head start of the next request, which may use another connection. */
const HEAD_START_MS = 10

/**
 * Reads a plan such as `seed=42,lose=0.02,cut=0.02,delay=0.05:8000,duplicate=0.03,reorder=0.03`. Throws on anything
 * else, with a message that follows the value: `has "seed": give …`.
 */
export function parseFaults(text: string): FaultPlan {
  const plan: FaultPlan = { seed: 0, lose: 0, cut: 0, delay: 0, delayMs: 0, duplicate: 0, reorder: 0 }
  for (const part of text.split(',')) {
    const [, name = '', value = '', ms] = /^(\w+)=([\d.]+)(?::(\d+))?$/.exec(part.trim()) ?? []
    const number = Number(value)
    const hasDuration = ms !== undefined
    if (name === 'seed' && Number.isSafeInteger(number) && value !== '') plan.seed = number
    else if (isFault(name) && number <= 1 && hasDuration === (name === 'delay')) {
      plan[name] = number
      if (hasDuration) plan.delayMs = Number(ms)
    } else throw new Error(`has "${part}": give parts such as seed=42, lose=0.02 or delay=0.05:8000`)
  }
  if (KINDS.reduce((sum, kind) => sum + plan[kind], 0) > 1)
    throw new Error('has probabilities whose sum is above 1')
  return plan
}

/** The problem of a value of PANDO_FAULTS, as text that follows the value; undefined for a valid value. */
export function faultsProblem(
  value: string,
  environment: Record<string, string | undefined> = process.env,
): string | undefined {
  if (environment.NODE_ENV === 'production')
    return 'injects faults into requests, but NODE_ENV is "production": unset one of them'
  try {
    parseFaults(value)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Sends the requests of one process and injects faults. The same seed, process and order of requests give the same
 * faults.
 */
export class Faults {
  readonly #plan: FaultPlan
  readonly #process: string
  readonly #log: Log
  readonly #counts = new Map<string, number>()
  /** By the connection pool of a replica: sends the request that is held until the next one to this replica. */
  readonly #heldByPool = new Map<Pool, () => void>()

  constructor(plan: FaultPlan, process: string, log: Log) {
    this.#plan = plan
    this.#process = process
    this.#log = log
  }

  /**
   * Sends a request to `subject`, such as `payments.createIntent`. `prepare` builds a request with a new token each
   * time.
   */
  exchange(
    subject: string,
    pool: Pool,
    prepare: () => OutgoingRequest,
    isRepeatable: boolean,
  ): PendingExchange {
    const { fault, nth } = this.next(subject)
    const sendHeld = this.#heldByPool.get(pool)
    this.#heldByPool.delete(pool)
    try {
      if (!fault) return new Exchange(pool, prepare())
      this.#log.warn({ subject, fault, nth, seed: this.#plan.seed }, 'injected a fault')
      return new FaultyExchange((settle) => this.#send(fault, { pool, prepare, isRepeatable }, settle))
    } finally {
      if (sendHeld) setTimeout(sendHeld, HEAD_START_MS).unref()
    }
  }

  /** The fault of the next request to `subject`, and the number of that request, counted from 1. */
  next(subject: string): { fault: Fault | undefined; nth: number } {
    const nth = (this.#counts.get(subject) ?? 0) + 1
    this.#counts.set(subject, nth)
    let left = this.#random(subject, nth)
    for (const kind of KINDS) {
      left -= this.#plan[kind]
      if (left < 0) return { fault: kind, nth }
    }
    return { fault: undefined, nth }
  }

  #random(subject: string, nth: number): number {
    const digest = createHash('sha256')
      .update(`${this.#plan.seed} ${this.#process} ${subject} ${nth}`)
      .digest()
    return digest.readUInt32BE() / 2 ** 32
  }

  #send(
    fault: Fault,
    { pool, prepare, isRepeatable }: { pool: Pool; prepare: () => OutgoingRequest; isRepeatable: boolean },
    settle: (outcome: Outcome) => void,
  ): void {
    const outgoing = prepare()
    const send = (request = outgoing) => new Exchange(pool, request).outcome
    switch (fault) {
      case 'lose':
        setImmediate(settle, broken('lost'))
        return
      case 'cut':
        void send().then(() => settle(broken('cut off')))
        return
      case 'delay':
        setTimeout(() => void send().then(settle), this.#plan.delayMs).unref()
        return
      case 'duplicate':
        void duplicated(send(), send(isRepeatable ? prepare() : outgoing)).then(settle)
        return
      case 'reorder': {
        let isSent = false
        const sendOnce = () => {
          if (isSent) return
          isSent = true
          clearTimeout(holdTimer)
          if (this.#heldByPool.get(pool) === sendOnce) this.#heldByPool.delete(pool)
          void send().then(settle)
        }
        const holdTimer = setTimeout(sendOnce, MAX_HOLD_MS)
        this.#heldByPool.set(pool, sendOnce)
      }
    }
  }
}

/** An exchange that continues after an abort: a request on the network cannot be withdrawn. */
class FaultyExchange implements PendingExchange {
  readonly outcome: Promise<Outcome>
  #settle!: (outcome: Outcome) => void

  constructor(begin: (settle: (outcome: Outcome) => void) => void) {
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    begin(this.#settle)
  }

  abort(error: Error): void {
    this.#settle({ kind: 'broken', sent: true, error })
  }
}

/** Of two identical requests the callee refuses one, because its token was used. Returns the outcome of the other. */
async function duplicated(one: Promise<Outcome>, two: Promise<Outcome>): Promise<Outcome> {
  const [first, second] = await Promise.all([one, two])
  return first.kind === 'answered' && first.status === 401 ? second : first
}

function broken(how: string): Outcome {
  return { kind: 'broken', sent: true, error: new Error(`${how} by an injected fault`) }
}

function isFault(name: string): name is Fault {
  return (KINDS as readonly string[]).includes(name)
}
