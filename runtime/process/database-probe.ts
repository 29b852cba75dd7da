import { setTimeout as pause } from 'node:timers/promises'
import { isUnreachable, unavailableReason } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'

const PATIENCE_MS = 1500
const WRITE_EVERY_MS = 5000

/**
 * Finds out whether a database answers, and whether it can still write: a full disk leaves reads as they are. It writes once
 * in some seconds at the most, and only while it is asked; all who ask at the same time share one look.
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

  /** Why the database cannot be used now, in words; undefined when it can. Answers within two seconds in any case. */
  async problem(): Promise<string | undefined> {
    const late = pause(PATIENCE_MS, undefined, { ref: false })
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    if (performance.now() - this.#writtenAt > WRITE_EVERY_MS)
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined
      })
    const unread = await Promise.race([this.#reading, late.then(() => SILENT)])
    if (unread !== undefined) return unread
    // A write that waits for its turn is no sign of anything: what the last one came to counts.
    await Promise.race([this.#writing, late])
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

  /** Takes a page anew from the disk each time. The table is the connection's own, so that nobody waits for another. */
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
      // Whether it answers at all is what reading finds out
      const isUnable = !isUnreachable(error) && unavailableReason(error) !== undefined
      this.#writeProblem = isUnable ? `The database cannot write: ${(error as Error).message}` : undefined
      // Where this is not allowed at all it says nothing, and need not be tried at each question.
      if (!isUnable) this.#writtenAt = performance.now()
    }
  }
}

const SILENT = `The database does not answer: it has said nothing for ${PATIENCE_MS / 1000} s`
