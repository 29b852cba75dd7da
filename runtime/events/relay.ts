import type { Dispatcher } from '../call/dispatch.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'
import type { Log } from '../process/log.ts'
import { type Bus, BusAway } from './bus.ts'
import {
  claimEvents,
  countEvents,
  deleteEvents,
  eventOf,
  type OutboxRow,
  postponeEvent,
  retryAt,
} from './outbox.ts'

const BATCH = 100
const POLL_MS = 1000
const MAX_ATTEMPTS = 8

/**
 * Carries one module's events from its outbox to their consumers: at least once, in order for one aggregate. It works
 * when it is woken and looks by itself once a second, in case that a wake-up was lost.
 */
export class Relay {
  readonly #module: string
  readonly #sql: Pool
  readonly #dispatcher: Dispatcher
  readonly #bus: Bus
  readonly #log: Log
  readonly #now: () => Date
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(module: string, sql: Pool, dispatcher: Dispatcher, bus: Bus, log: Log, now: () => Date) {
    this.#module = module
    this.#sql = sql
    this.#dispatcher = dispatcher
    this.#bus = bus
    this.#log = log
    this.#now = now
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL_MS)
    this.#timer.unref()
    this.wake()
  }

  /** Looks for events soon; calls while it works are one. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#again) this.wake()
    })
  }

  /** Delivers all that is due now, and answers how many events wait for a later try. */
  async drain(): Promise<{ waiting: number; parked: number }> {
    this.wake()
    while (this.#running) await this.#running
    return countEvents(this.#sql, this.#module)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#again = false
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        if ((await this.#deliverBatch()) === BATCH) this.#again = true
      }
    } catch (error) {
      // The database is away, most likely; the next poll tries again.
      this.#again = false
      if (!this.#stopped)
        this.#log.warn({ module: this.#module, error: String(error) }, 'events cannot be relayed now')
    }
  }

  async #deliverBatch(): Promise<number> {
    return transaction(this.#sql, async (sql) => {
      const rows = await claimEvents(sql, this.#module, this.#now(), BATCH, this.#bus.unreachable())
      if (rows.length === 0) return 0
      const lanes = Map.groupBy(rows, (row) => this.#bus.laneOf(row.consumer, row.aggregate))
      const delivered: number[] = []
      const refused: { row: OutboxRow; error: unknown }[] = []
      await Promise.all([...lanes.values()].map((events) => this.#deliverInOrder(events, delivered, refused)))
      if (delivered.length > 0) await deleteEvents(sql, this.#module, delivered)
      for (const { row, error } of refused) await this.#postpone(sql, row, error)
      return rows.length
    })
  }

  async #deliverInOrder(
    events: OutboxRow[],
    delivered: number[],
    refused: { row: OutboxRow; error: unknown }[],
  ): Promise<void> {
    const blocked = new Set<string>()
    for (const row of events) {
      if (blocked.has(row.aggregate) || this.#stopped) continue
      try {
        const event = eventOf(this.#module, row)
        // What the module keeps for itself has come over a bus already, which would take it for a repetition.
        if (row.consumer === this.#module) await this.#dispatcher.react(row.consumer, event)
        else await this.#bus.deliver(row.consumer, event)
        delivered.push(row.position)
      } catch (error) {
        // Each of the others would wait as long for the same.
        if (error instanceof BusAway) return
        blocked.add(row.aggregate)
        refused.push({ row, error })
      }
    }
  }

  async #postpone(sql: Sql, row: OutboxRow, error: unknown): Promise<void> {
    const attempts = row.attempts + 1
    const parked = attempts >= MAX_ATTEMPTS
    const fields = {
      event: eventOf(this.#module, row).name,
      consumer: row.consumer,
      aggregate: row.aggregate,
      attempts,
      err: error,
    }
    if (parked) this.#log.error(fields, 'event parked: its consumer refuses it')
    else this.#log.warn(fields, 'event refused, will be tried again')
    const dueAt = parked ? null : retryAt(this.#now(), attempts)
    await postponeEvent(sql, this.#module, row.position, String(error), dueAt)
  }
}
