import { newId } from '#shared/ids.ts'
import type { Sql } from '../database/pool.ts'
import type { Log } from '../process/log.ts'

const CHANNEL = 'pando_commits'
const GATHER_MS = 20

/**
 * Counts the commits of each module, so that caches know what is old. A commit here counts at once; commits of other
 * processes on the same database arrive as PostgreSQL notifications, gathered so that a burst is one message. What a
 * notification misses, the bounded age of a cache's entries covers.
 */
export class Versions {
  readonly #counts = new Map<string, number>()
  readonly #self = newId('prc')
  readonly #pending = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #sql: Sql | undefined
  #log: Log | undefined
  #listener: { unlisten: () => Promise<void> } | undefined
  #watched: ReadonlySet<string> = new Set()

  /** Grows with each commit of the module that is known here. */
  of(module: string): number {
    return this.#counts.get(module) ?? 0
  }

  /** To be called after each commit of a module in this process. */
  committed(module: string): void {
    this.#counts.set(module, this.of(module) + 1)
    if (!this.#sql || !this.#watched.has(module)) return
    this.#pending.add(module)
    this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS).unref()
  }

  /** Tells other processes of commits of `watched` modules, and listens to theirs. */
  async connect(sql: Sql, watched: Iterable<string>, log: Log): Promise<void> {
    this.#sql = sql
    this.#log = log
    this.#watched = new Set(watched)
    this.#listener = await sql.listen(
      CHANNEL,
      (message) => this.#hear(message),
      () => this.#bumpAll(),
    )
  }

  async disconnect(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#pending.size > 0) await this.#tell()
    await this.#listener?.unlisten().catch(() => {})
    this.#sql = undefined
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const message = [this.#self, ...this.#pending].join(' ')
    this.#pending.clear()
    try {
      await this.#sql?.notify(CHANNEL, message)
    } catch (error) {
      this.#log?.warn(
        { error: String(error) },
        'other processes cannot be told of a change; their caches age out',
      )
    }
  }

  #hear(message: string): void {
    const [from, ...modules] = message.split(' ')
    if (from === this.#self) return
    for (const module of modules) this.#counts.set(module, this.of(module) + 1)
  }

  /** After the listening connection was lost and is back: anything may have changed meanwhile. */
  #bumpAll(): void {
    for (const module of this.#watched) this.#counts.set(module, this.of(module) + 1)
  }
}
