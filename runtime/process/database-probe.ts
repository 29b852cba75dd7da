import { setTimeout as pause } from 'node:timers/promises'
import { isUnreachable, unavailableReason } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'

const TIMEOUT_MS = 1500
const WRITE_INTERVAL_MS = 5000

/**
 * Checks whether a database answers and whether it can write: with a full disk, reads still work. Writes at most once
 * in `WRITE_INTERVAL_MS`, and only when `problem` is called. Simultaneous calls share one check.
 */
export class DatabaseProbe {
  readonly #sql: Pool
  #reading: Promise<string | undefined> | undefined
  #writing: Promise<void> | undefined
  #writtenAt = Number.NEGATIVE_INFINITY
  #writeProblem: string | undefined

  constructor(sql: Pool) {
    this.#sql = sql
  }

  /** Describes why the database cannot be used now; undefined when it can. Always resolves within two seconds. */
  async problem(): Promise<string | undefined> {
    const timeout = pause(TIMEOUT_MS, undefined, { ref: false })
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    if (performance.now() - this.#writtenAt > WRITE_INTERVAL_MS)
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined
      })
    const readProblem = await Promise.race([this.#reading, timeout.then(() => NO_ANSWER)])
    if (readProblem !== undefined) return readProblem
    // A slow write may only be waiting for a lock, so the result of the last finished one counts.
    await Promise.race([this.#writing, timeout])
    return this.#writeProblem
  }

  async #read(): Promise<string | undefined> {
    try {
      await this.#sql`select 1`
      return undefined
    } catch (error) {
      return `The database does not answer: ${(error as Error).message}`
    }
  }

  /**
   * Truncates first, so that PostgreSQL allocates disk space each time. Uses a temporary table, so that processes do
   * not wait for each other.
   */
  async #write(): Promise<void> {
    try {
      await transaction(this.#sql, async (sql) => {
        await sql`create temp table if not exists pando_probe (filler text)`
        await sql`truncate pando_probe`
        await sql`insert into pando_probe (filler) values ('x')`
      })
      this.#writtenAt = performance.now()
      this.#writeProblem = undefined
    } catch (error) {
      // `#read` reports a database that does not answer
      const cannotWrite = !isUnreachable(error) && unavailableReason(error) !== undefined
      this.#writeProblem = cannotWrite ? `The database cannot write: ${(error as Error).message}` : undefined
      // Any other error, such as a missing right to create the table, says nothing about the disk: wait before the next
      // write.
      if (!cannotWrite) this.#writtenAt = performance.now()
    }
  }
}

const NO_ANSWER = `The database does not answer: no answer for ${TIMEOUT_MS / 1000} s`
