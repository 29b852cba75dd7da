import type { Pool } from '../database/pool.ts'
import { sqlOf } from '../database/sql.ts'
import { PermanentError } from './retry.ts'

// Any constant will do: who has this lock in the home database executes relocations, and nobody else.
const LOCK = 7_263_005

/** The right to execute the relocations of a home database, which ends with its connection. */
export class Claim {
  readonly #home: Pool
  #held: { isAlive: () => boolean; release: () => void; released: Promise<void> } | undefined

  constructor(home: Pool) {
    this.#home = home
  }

  /** Takes it, again when its connection broke. Throws PermanentError when another process has it. */
  async take(): Promise<void> {
    if (this.#held?.isAlive()) return
    this.#held = undefined
    const taken = Promise.withResolvers<boolean>()
    const ended = Promise.withResolvers<void>()
    const released = this.#home.transactions
      .with(async (connection) => {
        const sql = sqlOf(connection)
        const isAlive = () => !connection.isClosed
        const [row] = await sql<{ mine: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as mine`
        if (row!.mine) this.#held = { isAlive, release: ended.resolve, released: ended.promise }
        taken.resolve(row!.mine)
        if (!row!.mine) return
        await ended.promise
        if (isAlive()) await sql`select pg_advisory_unlock(${LOCK})`
      })
      .catch(taken.reject)
    if (!(await taken.promise)) {
      throw new PermanentError('another process of this shop is at work on it: end that one first')
    }
    this.#held!.released = released
  }

  /** Gives it up. */
  async release(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    held?.release()
    await held?.released
  }
}
