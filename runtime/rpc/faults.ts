import { createHash } from 'node:crypto'
import type { Pool } from 'undici'
import type { Log } from '../base/log.ts'
import { Exchange, type Exchanging, type Outcome, type Sending } from './exchange.ts'

/** What is done to requests between processes, to find out whether a shop bears it. Each is a probability. */
export interface FaultPlan {
  seed: number
  /** The request never arrives. */
  lose: number
  /** The work is done, but its answer never arrives. */
  cut: number
  /** The request arrives late, by `delayMs`, whether somebody still waits for it or not. */
  delay: number
  delayMs: number
  /** The request arrives twice at once. */
  duplicate: number
  /** The request is overtaken by the next one to the same module. */
  reorder: number
}

const KINDS = ['lose', 'cut', 'delay', 'duplicate', 'reorder'] as const
export type Fault = (typeof KINDS)[number]

/** Nobody comes after it for this long: it goes on alone. */
const REORDER_PATIENCE_MS = 100
/** The one that overtakes may go over another connection, so it gets a start. */
const OVERTAKING_MS = 10

/** Reads a plan such as `seed=42,lose=0.02,cut=0.02,delay=0.05:8000,duplicate=0.03,reorder=0.03`. Throws on anything else. */
export function parseFaults(text: string): FaultPlan {
  const plan: FaultPlan = { seed: 0, lose: 0, cut: 0, delay: 0, delayMs: 0, duplicate: 0, reorder: 0 }
  for (const part of text.split(',')) {
    const [, name = '', value = '', ms] = /^(\w+)=([\d.]+)(?::(\d+))?$/.exec(part.trim()) ?? []
    const number = Number(value)
    if (name === 'seed' && Number.isSafeInteger(number) && value !== '') plan.seed = number
    else if (isFault(name) && number <= 1 && (name === 'delay') === (ms !== undefined)) {
      plan[name] = number
      if (ms !== undefined) plan.delayMs = Number(ms)
    } else throw new Error(`has "${part}": give parts such as seed=42, lose=0.02 or delay=0.05:8000`)
  }
  if (KINDS.reduce((sum, kind) => sum + plan[kind], 0) > 1)
    throw new Error('has probabilities that are more than 1 together')
  return plan
}

/** What is wrong with a value of PANDO_FAULTS. */
export function faultsProblem(
  value: string,
  environment: Record<string, string | undefined> = process.env,
): string | undefined {
  if (environment.NODE_ENV === 'production')
    return 'makes requests fail on purpose, and NODE_ENV is "production": unset one of them'
  try {
    parseFaults(value)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Sends the requests of one process, some of them badly. The same seed, process and order of requests fail alike. */
export class Faults {
  readonly #plan: FaultPlan
  readonly #process: string
  readonly #log: Log
  readonly #counts = new Map<string, number>()
  /** Requests that wait for another one to overtake them, by the pool that they go through. */
  readonly #held = new Map<Pool, () => void>()

  constructor(plan: FaultPlan, process: string, log: Log) {
    this.#plan = plan
    this.#process = process
    this.#log = log
  }

  /** Sends a request to `subject`, such as `payments.createIntent`; `prepare` makes one with a token of its own each time. */
  exchange(subject: string, pool: Pool, prepare: () => Sending, isRepeatable: boolean): Exchanging {
    const { fault, nth } = this.next(subject)
    const overtaken = this.#held.get(pool)
    this.#held.delete(pool)
    try {
      if (!fault) return new Exchange(pool, prepare())
      this.#log.warn({ subject, fault, nth, seed: this.#plan.seed }, 'fault on purpose')
      return new FaultyExchange((settle) => this.#send(fault, { pool, prepare, isRepeatable }, settle))
    } finally {
      if (overtaken) setTimeout(overtaken, OVERTAKING_MS).unref()
    }
  }

  /** What the next request to `subject` meets, and which one it is, counted from 1. */
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
    { pool, prepare, isRepeatable }: { pool: Pool; prepare: () => Sending; isRepeatable: boolean },
    settle: (outcome: Outcome) => void,
  ): void {
    const sending = prepare()
    const send = (what = sending) => new Exchange(pool, what).outcome
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
        void duplicated(send(), send(isRepeatable ? prepare() : sending)).then(settle)
        return
      case 'reorder': {
        let gone = false
        const go = () => {
          if (gone) return
          gone = true
          clearTimeout(patience)
          if (this.#held.get(pool) === go) this.#held.delete(pool)
          void send().then(settle)
        }
        const patience = setTimeout(go, REORDER_PATIENCE_MS)
        this.#held.set(pool, go)
      }
    }
  }
}

/** An exchange that goes on without its caller: what is on its way does not come back. */
class FaultyExchange implements Exchanging {
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

/** The very same request is refused the second time, whichever of the two that is. */
async function duplicated(one: Promise<Outcome>, two: Promise<Outcome>): Promise<Outcome> {
  const [first, second] = await Promise.all([one, two])
  return first.kind === 'answered' && first.status === 401 ? second : first
}

function broken(how: string): Outcome {
  return { kind: 'broken', sent: true, error: new Error(`${how} on purpose`) }
}

function isFault(name: string): name is Fault {
  return (KINDS as readonly string[]).includes(name)
}
