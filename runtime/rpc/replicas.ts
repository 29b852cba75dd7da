import { Pool } from 'undici'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { hasPulse } from './pulse.ts'

const CONNECTIONS = 64
const KEEP_ALIVE_MS = 30_000
const CONNECT_TIMEOUT_MS = 2000
const REST: BackOff = { firstMs: 100, longestMs: 5000 }
/** Who takes longer for an answer than this is asked whether it lives, and has the next time to say so. */
export const SUSPICIOUS_MS = 500
const PULSE_PATIENCE_MS = 1500
const UNREACHED_PATIENCE_MS = 500
const LISTEN_MS = 200

/** What runs on a replica. */
interface Running {
  abort(reason: Error): void
}

/** One process that answers: its connections, what it does, and how it did lately. */
export class Replica {
  readonly origin: string
  readonly pool: Pool
  readonly #running = new Set<Running>()
  #failures = 0
  #restsUntil = 0
  #unreachedSince: number | undefined
  #isAsked = false
  #isSilent = false
  #isClosed = false

  constructor(origin: string) {
    this.origin = origin
    this.pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      // Each call has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  get running(): number {
    return this.#running.size
  }

  /** Nobody answers there: it gets no requests until it says that it lives, for which it is asked in the background. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  began(request: Running): void {
    this.#running.add(request)
  }

  ended(request: Running): void {
    this.#running.delete(request)
  }

  succeeded(): void {
    this.#failures = 0
    this.#restsUntil = 0
    this.#unreachedSince = undefined
  }

  /** It is left out for a while, longer each time in a row. */
  failed(): void {
    this.#failures++
    this.#restsUntil = Date.now() + waitAfter(this.#failures, REST)
  }

  /** Nobody listens there. A process that is started again is back soon, so it may be like that for a moment. */
  unreached(): void {
    this.#unreachedSince ??= Date.now()
    if (Date.now() - this.#unreachedSince > UNREACHED_PATIENCE_MS) this.#fallSilent()
  }

  /**
   * An answer takes long. Either the work does, or the process hangs; in that case nobody has to wait for all of their
   * deadline: what runs there is broken off.
   */
  async suspect(): Promise<void> {
    if (this.#isAsked || this.#isSilent) return
    this.#isAsked = true
    const lives = await hasPulse(this.origin, PULSE_PATIENCE_MS)
    this.#isAsked = false
    if (!lives) this.#fallSilent()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.pool.close()
  }

  async destroy(): Promise<void> {
    this.#isClosed = true
    await this.pool.destroy()
  }

  #fallSilent(): void {
    if (this.#isSilent || this.#isClosed) return
    this.#isSilent = true
    const reason = new Error('the process answers nothing')
    for (const request of [...this.#running]) request.abort(reason)
    void this.#listen()
  }

  async #listen(): Promise<void> {
    while (!this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, LISTEN_MS).unref())
      if (await hasPulse(this.origin, PULSE_PATIENCE_MS)) break
    }
    this.#isSilent = false
    this.succeeded()
  }

  get restsUntil(): number {
    return this.#restsUntil
  }

  /** After a rest one call finds out whether it is well again; the others wait for its result. */
  probe(): void {
    if (this.#failures > 0) this.#restsUntil = Date.now() + REST.firstMs
  }
}

/** The processes that this one talks to, by origin: modules in one process share its connections. */
export class Replicas {
  readonly #byOrigin = new Map<string, { replica: Replica; users: Set<string> }>()

  /** The replicas of a module; those of earlier origins that nobody uses any more are closed when their work is done. */
  of(module: string, origins: readonly string[]): Replica[] {
    const replicas = origins.map((origin) => {
      let entry = this.#byOrigin.get(origin)
      if (!entry) {
        entry = { replica: new Replica(origin), users: new Set() }
        this.#byOrigin.set(origin, entry)
      }
      entry.users.add(module)
      return entry.replica
    })
    for (const [origin, { replica, users }] of this.#byOrigin) {
      if (origins.includes(origin)) continue
      users.delete(module)
      if (users.size > 0) continue
      this.#byOrigin.delete(origin)
      replica.close().catch(() => {})
    }
    return replicas
  }

  async close(): Promise<void> {
    const replicas = [...this.#byOrigin.values()].map(({ replica }) => replica)
    this.#byOrigin.clear()
    await Promise.all(replicas.map((replica) => replica.destroy()))
  }
}

/**
 * The replica that has least to do of those that are well, another one than `not` where there is one. When all rest, the
 * one that has rested longest: the caller must try somewhere. None when all are silent.
 */
export function pickReplica(replicas: readonly Replica[], turn: number, not?: Replica): Replica | undefined {
  const now = Date.now()
  let best: Replica | undefined
  let longestRested: Replica | undefined
  for (let i = 0; i < replicas.length; i++) {
    const replica = replicas[(turn + i) % replicas.length]!
    if (replica.isSilent) continue
    if (!longestRested || replica.restsUntil < longestRested.restsUntil) longestRested = replica
    if (replica.restsUntil > now || (replica === not && replicas.length > 1)) continue
    if (!best || replica.running < best.running) best = replica
  }
  const picked = best ?? longestRested
  picked?.probe()
  return picked
}
