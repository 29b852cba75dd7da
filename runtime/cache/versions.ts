import { newId } from '#shared/ids.ts'
import type { Log } from '../base/log.ts'
import type { Pool } from '../database/pool.ts'

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
  #log: Log | undefined
  /** The databases of the watched modules here. */
  readonly #databases = new Map<Pool, { watched: Set<string>; unlisten: () => Promise<void> }>()
  readonly #observers = new Set<(modules: readonly string[]) => void>()

  /** Grows with each commit of the module that is known here. */
  of(module: string): number {
    return this.#counts.get(module) ?? 0
  }

  /** To be called after each commit of a module in this process. */
  committed(module: string): void {
    this.changed([module])
    if (![...this.#databases.values()].some(({ watched }) => watched.has(module))) return
    this.#pending.add(module)
    this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS).unref()
  }

  /** To be called when modules have, or may have, committed something elsewhere. */
  changed(modules: Iterable<string>): void {
    const names = [...modules]
    for (const module of names) this.#counts.set(module, this.of(module) + 1)
    for (const observe of this.#observers) observe(names)
  }

  /** Calls `observe` with the modules of each change from now on; the answer ends that. */
  observe(observe: (modules: readonly string[]) => void): () => void {
    this.#observers.add(observe)
    return () => this.#observers.delete(observe)
  }

  /** Tells other processes on a database of commits of its `watched` modules, and listens to theirs; a repeat adds modules. */
  async connect(sql: Pool, watched: Iterable<string>, log: Log): Promise<void> {
    this.#log = log
    const connected = this.#databases.get(sql)
    if (connected) {
      const fresh = [...watched].filter((module) => !connected.watched.has(module))
      for (const module of fresh) connected.watched.add(module)
      return this.changed(fresh)
    }
    const modules = new Set(watched)
    const { unlisten } = await sql.listen(
      CHANNEL,
      (message) => this.#hear(message),
      // The connection is new, or was lost and is back: anything may have changed meanwhile.
      () => this.changed(modules),
    )
    this.#databases.set(sql, { watched: modules, unlisten })
  }

  /** Does not care about a module in a database any more, nor about the database when `all` of it is over. */
  async leave(sql: Pool, module: string, all: boolean): Promise<void> {
    const connected = this.#databases.get(sql)
    connected?.watched.delete(module)
    if (!connected || !all) return
    this.#databases.delete(sql)
    await connected.unlisten().catch(() => {})
  }

  async disconnect(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#pending.size > 0) await this.#tell()
    const databases = [...this.#databases.values()]
    this.#databases.clear()
    await Promise.all(databases.map(({ unlisten }) => unlisten().catch(() => {})))
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const pending = [...this.#pending]
    this.#pending.clear()
    try {
      await Promise.all(
        [...this.#databases].map(([sql, { watched }]) => {
          const modules = pending.filter((module) => watched.has(module))
          return modules.length > 0 && sql.notify(CHANNEL, [this.#self, ...modules].join(' '))
        }),
      )
    } catch (error) {
      this.#log?.warn(
        { error: String(error) },
        'other processes cannot be told of a change; their caches age out',
      )
    }
  }

  #hear(message: string): void {
    const [from, ...modules] = message.split(' ')
    if (from !== this.#self) this.changed(modules)
  }
}
