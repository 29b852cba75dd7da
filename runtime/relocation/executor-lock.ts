import type { Pool } from '../database/pool.ts'
import { sqlOf } from '../database/sql.ts'
import { PermanentError } from './retry.ts'

// An arbitrary constant. Only the holder of this advisory lock in the home database executes relocations.
const LOCK = 7_263_005

/** The exclusive right to execute the relocations of a home database. Ends with its connection. */
export class ExecutorLock {
  readonly #home: Pool
  #held: { isAlive: () => boolean; release: () => void; released: Promise<void> } | undefined

  constructor(home: Pool) {
    this.#home = home
  }

  /** Acquires the lock, again after its connection broke. Throws PermanentError when another process holds it. */
  async acquire(): Promise<void> {
    if (this.#held?.isAlive()) return
    this.#held = undefined
    const acquired = Promise.withResolvers<boolean>()
    const mayRelease = Promise.withResolvers<void>()
    const released = this.#home.transactions
      .with(async (connection) => {
        const sql = sqlOf(connection)
        const isAlive = () => !connection.isClosed
        const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as locked`
        if (row!.locked) this.#held = { isAlive, release: mayRelease.resolve, released: mayRelease.promise }
        acquired.resolve(row!.locked)
        if (!row!.locked) return
        await mayRelease.promise
        if (isAlive()) await sql`select pg_advisory_unlock(${LOCK})`
      })
      .catch(acquired.reject)
    if (!(await acquired.promise)) {
      throw new PermanentError('another process of this shop is working on it: stop that process first')
    }
    this.#held!.released = released
  }

  /** Releases the lock, if it is held. */
  async release(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    held?.release()
    await held?.released
  }
}
