import { Pool } from 'undici'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { isAlive } from './liveness.ts'

const CONNECTIONS = 64
const KEEP_ALIVE_MS = 30_000
const CONNECT_TIMEOUT_MS = 2000
const BACK_OFF: BackOff = { firstMs: 100, longestMs: 5000 }
/** A request that takes longer than this starts a liveness check of its replica. */
export const SUSPICIOUS_MS = 500
const LIVENESS_TIMEOUT_MS = 1500
/** A replica that has refused all connections for longer than this counts as silent. */
const UNREACHED_TIMEOUT_MS = 500
/** The pause between two liveness checks of a silent replica. */
const LIVENESS_RETRY_MS = 200

/** A request in progress. */
interface RunningRequest {
  abort(reason: Error): void
}

/** One replica of another process: its connections, its running requests and its recent failures. */
export class Replica {
  readonly origin: string
  readonly pool: Pool
  readonly #running = new Set<RunningRequest>()
  #failures = 0
  #backOffUntil = 0
  #unreachedSince: number | undefined
  #isChecking = false
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
      // Each call has its own deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  get running(): number {
    return this.#running.size
  }

  /**
   * Whether the replica does not answer at all. It gets no requests until a liveness check in the background succeeds.
   */
  get isSilent(): boolean {
    return this.#isSilent
  }

  began(request: RunningRequest): void {
    this.#running.add(request)
  }

  ended(request: RunningRequest): void {
    this.#running.delete(request)
  }

  succeeded(): void {
    this.#failures = 0
    this.#backOffUntil = 0
    this.#unreachedSince = undefined
  }

  /** Records a failure: the replica gets no requests for a while, longer after each failure in a row. */
  failed(): void {
    this.#failures++
    this.#backOffUntil = Date.now() + waitAfter(this.#failures, BACK_OFF)
  }

  /**
   * Records a refused connection. The process may be restarting, so the replica counts as silent only after
   * UNREACHED_TIMEOUT_MS.
   */
  unreached(): void {
    this.#unreachedSince ??= Date.now()
    if (Date.now() - this.#unreachedSince > UNREACHED_TIMEOUT_MS) this.#markSilent()
  }

  /**
   * Checks whether the process is alive after an answer has taken long. If the process hangs, aborts all of its running
   * requests, so that callers need not wait for their deadlines.
   */
  async suspect(): Promise<void> {
    if (this.#isChecking || this.#isSilent) return
    this.#isChecking = true
    const alive = await isAlive(this.origin, LIVENESS_TIMEOUT_MS)
    this.#isChecking = false
    if (!alive) this.#markSilent()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.pool.close()
  }

  async destroy(): Promise<void> {
    this.#isClosed = true
    await this.pool.destroy()
  }

  #markSilent(): void {
    if (this.#isSilent || this.#isClosed) return
    this.#isSilent = true
    const reason = new Error('the process does not answer')
    for (const request of [...this.#running]) request.abort(reason)
    void this.#waitUntilAlive()
  }

  async #waitUntilAlive(): Promise<void> {
    while (!this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, LIVENESS_RETRY_MS).unref())
      if (await isAlive(this.origin, LIVENESS_TIMEOUT_MS)) break
    }
    this.#isSilent = false
    this.succeeded()
  }

  get backOffUntil(): number {
    return this.#backOffUntil
  }

  /**
   * Call it when the replica was picked. After failures the call is a trial, and other calls avoid the replica until the
   * trial ends, at most for the time of the first back-off.
   */
  beginTrial(): void {
    if (this.#failures > 0) this.#backOffUntil = Date.now() + BACK_OFF.firstMs
  }
}

/** The replicas of other processes by origin. Modules in the same process share its connections. */
export class Replicas {
  readonly #byOrigin = new Map<string, { replica: Replica; modules: Set<string> }>()

  /**
   * The replicas of a module. Replicas at its former origins that no module uses close after their running requests.
   */
  of(module: string, origins: readonly string[]): Replica[] {
    const replicas = origins.map((origin) => {
      let entry = this.#byOrigin.get(origin)
      if (!entry) {
        entry = { replica: new Replica(origin), modules: new Set() }
        this.#byOrigin.set(origin, entry)
      }
      entry.modules.add(module)
      return entry.replica
    })
    for (const [origin, { replica, modules }] of this.#byOrigin) {
      if (origins.includes(origin)) continue
      modules.delete(module)
      if (modules.size > 0) continue
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
 * Picks the replica with the fewest running requests, without those in back-off, and without `avoided` if there are
 * others. If all are in back-off, picks the one whose back-off ends first. Undefined when all are silent.
 */
export function pickReplica(
  replicas: readonly Replica[],
  turn: number,
  avoided?: Replica,
): Replica | undefined {
  const now = Date.now()
  let best: Replica | undefined
  let soonest: Replica | undefined
  for (let i = 0; i < replicas.length; i++) {
    const replica = replicas[(turn + i) % replicas.length]!
    if (replica.isSilent) continue
    if (!soonest || replica.backOffUntil < soonest.backOffUntil) soonest = replica
    if (replica.backOffUntil > now || (replica === avoided && replicas.length > 1)) continue
    if (!best || replica.running < best.running) best = replica
  }
  const picked = best ?? soonest
  picked?.beginTrial()
  return picked
}
