import { newId } from '#shared/ids.ts'
import type { Log } from '../base/log.ts'
import type { Pool } from '../database/pool.ts'

const CHANNEL = 'pando_commits'
/** How long commits are collected before one notification reports them. */
const COLLECT_MS = 20

/**
 * Counts the commits of each module, so that caches can detect outdated entries. A commit of this process counts at
 * once. Commits of other processes on the same database arrive as PostgreSQL notifications, with many commits in one.
 * Should a notification be lost, the maximum age of a cache's entries limits the effect.
 */
export class Versions {
  readonly #counts = new Map<string, number>()
  /** Marks the notifications of this process, which it ignores itself. */
  readonly #self = newId('prc')
  /** The modules whose commits the next notification reports. */
  readonly #pending = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #log: Log | undefined
  /** The databases that this process listens to, with the watched modules in each. */
  readonly #databases = new Map<Pool, { watched: Set<string>; unlisten: () => Promise<void> }>()
  readonly #observers = new Set<(modules: readonly string[]) => void>()

  /** The version of a module in this process: a number that grows with each known commit. */
  of(module: string): number {
    return this.#counts.get(module) ?? 0
  }

  /** Call it after each commit of a module in this process. */
  committed(module: string): void {
    this.changed([module])
    if (![...this.#databases.values()].some(({ watched }) => watched.has(module))) return
    this.#pending.add(module)
    this.#timer ??= setTimeout(() => this.#notify(), COLLECT_MS).unref()
  }

  /** Call it when modules have, or may have, committed in other processes. */
  changed(modules: Iterable<string>): void {
    const names = [...modules]
    for (const module of names) this.#counts.set(module, this.of(module) + 1)
    for (const observe of this.#observers) observe(names)
  }

  /** Calls `observe` with the modules of each change, until the returned function is called. */
  observe(observe: (modules: readonly string[]) => void): () => void {
    this.#observers.add(observe)
    return () => this.#observers.delete(observe)
  }

  /**
   * Exchanges notifications about commits of the `watched` modules with other processes on their database. Another call
   * for the same database adds modules.
   */
  async connect(sql: Pool, watched: Iterable<string>, log: Log): Promise<void> {
    this.#log = log
    const connected = this.#databases.get(sql)
    if (connected) {
      const added = [...watched].filter((module) => !connected.watched.has(module))
      for (const module of added) connected.watched.add(module)
      return this.changed(added)
    }
    const modules = new Set(watched)
    const { unlisten } = await sql.listen(
      CHANNEL,
      (message) => this.#receive(message),
      // The connection is new or restored, so any module may have changed meanwhile.
      () => this.changed(modules),
    )
    this.#databases.set(sql, { watched: modules, unlisten })
  }

  /** Stops watching a module in a database. With `isLast`, also stops listening to the database. */
  async leave(sql: Pool, module: string, isLast: boolean): Promise<void> {
    const connected = this.#databases.get(sql)
    connected?.watched.delete(module)
    if (!connected || !isLast) return
    this.#databases.delete(sql)
    await connected.unlisten().catch(() => {})
  }

  /** Sends pending notifications, and stops listening to all databases. */
  async disconnect(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#pending.size > 0) await this.#notify()
    const databases = [...this.#databases.values()]
    this.#databases.clear()
    await Promise.all(databases.map(({ unlisten }) => unlisten().catch(() => {})))
  }

  async #notify(): Promise<void> {
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
        'cannot notify other processes of a commit; their cached answers stay until their maximum age',
      )
    }
  }

  #receive(message: string): void {
    const [sender, ...modules] = message.split(' ')
    if (sender !== this.#self) this.changed(modules)
  }
}
