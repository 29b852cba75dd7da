import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { DeliveredEvent } from '../call/events.ts'
import type { Pool, Session } from '../database/pool.ts'
import { BusUnavailable, type Capacity } from './bus.ts'
import { Floor } from './floor.ts'
import { claimLease, LEASE_MS, renewLease } from './lease.ts'
import { deleteEvents, eventOf, type OutboxRow, readEvents, recordRefusal, retryAt } from './outbox.ts'

export interface LaneOptions {
  /** The module that has the outbox. */
  module: string
  consumer: string
  sql: Pool
  /** Identifies this relay among those of other processes. */
  holder: string
  /** Delivers events of one name and different aggregates. Returns a promise for each event. */
  deliver: (events: readonly DeliveredEvent[]) => Promise<void>[]
  /** The consumer's capacity for events of a name. */
  capacity: (name: string) => Capacity
  log: Log
  now: () => Date
}

const MAX_ATTEMPTS = 8
const MAX_READ = 1000
/** How many rows are read at first. Few, because reading more would be useless if the consumer is unavailable. */
const FIRST_READ = 16
/**
 * When a consumer refuses events of this many aggregates, it gets no other events until some are accepted or parked.
 */
const MAX_BLOCKED = 1000
/** How long delivered events are collected, to delete them in one statement. */
const COLLECT_DELETIONS_MS = 10
/** How many delivered events are deleted in one statement. */
const MAX_DELETION = 500
/** How long nothing is delivered after the bus was unavailable. */
const PAUSE_MS = 1000
const POLL_MS = 1000
/** The least time between two sweeps, which read the whole table. */
const SWEEP_MS = 5000

/**
 * Delivers the events of one outbox to one consumer: many aggregates at once, each in order, and outside of any
 * transaction. A lease decides which process delivers. Decision 14 explains why it is safe when two processes believe
 * that they have the lease.
 */
export class Lane {
  readonly #options: LaneOptions
  /** Events that were read and are not in delivery, by aggregate, in order. */
  readonly #queues = new Map<string, OutboxRow[]>()
  /** Aggregates with an event in delivery. */
  readonly #inDelivery = new Set<string>()
  /** The positions of events that were read and are not deleted. */
  readonly #known = new Set<number>()
  /** Aggregates whose first event was refused or is not due, and when it is retried. */
  readonly #blocked = new Map<string, { position: number; dueAt: Date }>()
  /** The positions of delivered events that are not deleted. */
  #delivered: number[] = []
  readonly #floor = new Floor()
  /**
   * A crash of the database may lose commits of reactions that did not wait for the disk. So an event is deleted only
   * over the connection that was open before its delivery began. If that broke, the event is delivered again.
   */
  #session: Session
  /** The number of events in `#queues`. */
  #queued = 0
  /** The number of events in delivery. */
  #running = 0
  /** Grows when another process gets the lease; undefined before the first lease. */
  #epoch: number | undefined
  /** The end of the lease, by `performance.now()`. */
  #heldUntil = 0
  #pausedUntil = 0
  #sweepAt = 0
  /** Whether reads cover the whole table now, and not only the positions above the floor. */
  #isSweeping = false
  /** The highest position that was read. */
  #lastRead = 0
  /** Whether there may be new events: `wake()` was called since the last read. */
  #isWoken = false
  /** How many rows the next read takes at most. */
  #limit = FIRST_READ
  #stopped = false
  #working: Promise<void> | undefined
  #deleting: Promise<void> | undefined
  #deletionError: unknown
  #change = Promise.withResolvers<void>()

  constructor(options: LaneOptions) {
    this.#options = options
    this.#session = options.sql.session()
  }

  /** Makes the lane look for events. Several calls while it works have the effect of one. */
  wake(): void {
    if (this.#stopped) return
    this.#isWoken = true
    this.#signalChange()
    this.#working ??= this.#workOnce().finally(() => {
      this.#working = undefined
      if (this.#isWoken && !this.#isPaused()) this.wake()
    })
  }

  /** Call it when the consumer can be reached again. */
  endPause(): void {
    this.#pausedUntil = 0
    this.wake()
  }

  /** Delivers all due events. */
  async drain(): Promise<void> {
    this.#sweepAt = 0
    this.wake()
    while (this.#working) await this.#working
  }

  /** Starts no more deliveries, and waits for the running ones. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#isWoken = false
    this.#signalChange()
    await this.#working
    // After an error of the database, deliveries may still run.
    while (this.#running > 0) await this.#untilChange()
  }

  async #workOnce(): Promise<void> {
    if (this.#isPaused()) return
    try {
      if (this.#session.isClosed) this.#session = this.#options.sql.session()
      await this.#work()
    } catch (error) {
      // Most likely the database is unavailable. The next poll retries.
      this.#isWoken = false
      this.#deletionError = undefined
      this.#forgetQueues()
      this.#forgetDelivered()
      const { consumer, log } = this.#options
      if (!this.#stopped) log.warn({ consumer, error: String(error) }, 'events cannot be relayed now')
    }
  }

  async #work(): Promise<void> {
    this.#isWoken = false
    if (!(await this.#holdLease())) return
    let mayHaveMore = true
    for (;;) {
      if (this.#deletionError) throw this.#deletionError
      this.#startDeliveries()
      if (this.#delivered.length > 0) this.#deleteSoon()
      if (
        (this.#isWoken || mayHaveMore) &&
        this.#queued < this.#limit / 2 &&
        !this.#stopped &&
        !this.#isPaused()
      ) {
        this.#isWoken = false
        mayHaveMore = await this.#read()
      } else if (this.#running > 0 || (this.#queued > 0 && !this.#stopped && !this.#isPaused())) {
        await this.#untilChange()
      } else if (this.#deleting) {
        await this.#deleting
      } else break
      if (!(await this.#holdLease())) break
    }
    if (this.#stopped || this.#isPaused()) this.#forgetQueues()
  }

  /** Takes or renews the lease when necessary. Returns whether this relay has it. */
  async #holdLease(): Promise<boolean> {
    const { module, consumer, holder } = this.#options
    const sql = this.#session
    const began = performance.now()
    // The lease is renewed after a third of its time.
    if (began < this.#heldUntil - (LEASE_MS * 2) / 3) return true
    // Also after its end while events are in delivery, if no other relay has taken it since.
    if (began < this.#heldUntil || this.#running > 0) {
      if (await renewLease(sql, module, { consumer, holder })) {
        this.#heldUntil = began + LEASE_MS
        return true
      }
      this.#forgetQueues()
    }
    this.#heldUntil = 0
    const isSweep = began > this.#sweepAt
    const epoch = await claimLease(sql, module, {
      consumer,
      holder,
      floor: isSweep ? 0 : this.#floor.position,
    })
    if (epoch === undefined) {
      if (isSweep) this.#endSweep(began)
      return false
    }
    // Another process has had the lease since the last read, so the events that were read may be delivered.
    if (epoch !== this.#epoch) this.#forgetQueues()
    this.#epoch = epoch
    this.#heldUntil = began + LEASE_MS
    return true
  }

  /** Reads the next events. Returns whether there may be more. */
  async #read(): Promise<boolean> {
    const { module, consumer, now } = this.#options
    const began = performance.now()
    if (began > this.#sweepAt && !this.#isSweeping) {
      this.#isSweeping = true
      // An operator may have made events of blocked aggregates due.
      this.#blocked.clear()
    }
    const time = now()
    for (const [aggregate, { position, dueAt }] of this.#blocked) {
      if (dueAt > time) continue
      this.#blocked.delete(aggregate)
      this.#floor.lower(position - 1)
    }
    if (this.#blocked.size >= MAX_BLOCKED) return false
    const limit = this.#limit
    const rows = await readEvents(this.#session, module, {
      consumer,
      floor: this.#isSweeping ? 0 : this.#floor.position,
      known: [...this.#known],
      blocked: [...this.#blocked.keys()],
      limit,
    })
    for (const row of rows) {
      this.#lastRead = Math.max(this.#lastRead, row.position)
      if (this.#blocked.has(row.aggregate)) continue
      if (row.due_at && row.due_at > time)
        this.#blocked.set(row.aggregate, { position: row.position, dueAt: row.due_at })
      else this.#enqueue(row)
    }
    const isFull = rows.length === limit
    if (isFull) this.#limit = Math.min(MAX_READ, limit * 4)
    else if (this.#isSweeping) this.#endSweep(began)
    this.#floor.passed(this.#known.size > 0 ? Math.min(...this.#known) - 1 : this.#lastRead)
    return isFull
  }

  /** Schedules the next sweep, so that sweeps take at most about a twentieth of the time. */
  #endSweep(began: number): void {
    this.#isSweeping = false
    this.#sweepAt = began + Math.max(SWEEP_MS, 20 * (performance.now() - began))
  }

  #enqueue(row: OutboxRow): void {
    const queue = this.#queues.get(row.aggregate)
    if (queue) queue.push(row)
    else this.#queues.set(row.aggregate, [row])
    this.#known.add(row.position)
    this.#queued++
  }

  #startDeliveries(): void {
    while (!this.#stopped && !this.#isPaused()) {
      const rows = this.#nextRows()
      if (rows.length === 0) return
      this.#running += rows.length
      const deliveries = this.#options.deliver(rows.map((row) => eventOf(this.#options.module, row)))
      for (const [i, row] of rows.entries()) void this.#settle(row, deliveries[i]!)
    }
  }

  /** Takes events of one name from the queues: the first event of each aggregate that has none in delivery. */
  #nextRows(): OutboxRow[] {
    const rows: OutboxRow[] = []
    let room = 1
    for (const [aggregate, queue] of this.#queues) {
      if (this.#inDelivery.has(aggregate)) continue
      const first = queue[0]!
      if (rows.length === 0) {
        const { atOnce, batch } = this.#options.capacity(first.name)
        // An event that was refused before is delivered separately, so that it cannot make others fail.
        room = Math.min(atOnce - this.#running, first.attempts > 0 ? 1 : batch)
        if (room <= 0) break
      } else if (first.name !== rows[0]!.name || first.attempts > 0) continue
      rows.push(first)
      queue.shift()
      if (queue.length === 0) this.#queues.delete(aggregate)
      this.#queued--
      this.#inDelivery.add(aggregate)
      if (rows.length === room) break
    }
    return rows
  }

  async #settle(row: OutboxRow, delivery: Promise<void>): Promise<void> {
    const session = this.#session
    try {
      await delivery
      if (this.#session === session && !session.isClosed) this.#delivered.push(row.position)
      else this.#known.delete(row.position)
    } catch (error) {
      if (error instanceof BusUnavailable) this.#pause(row)
      else await this.#onRefusal(row, error)
    }
    this.#running--
    this.#inDelivery.delete(row.aggregate)
    this.#signalChange()
  }

  #pause(row: OutboxRow): void {
    this.#known.delete(row.position)
    this.#pausedUntil = performance.now() + PAUSE_MS
    this.#limit = FIRST_READ
  }

  async #onRefusal(row: OutboxRow, error: unknown): Promise<void> {
    const { module, consumer, sql, log, now } = this.#options
    const attempts = row.attempts + 1
    const isParked = attempts >= MAX_ATTEMPTS
    const dueAt = retryAt(now(), attempts)
    if (!isParked) {
      this.#blocked.set(row.aggregate, { position: row.position, dueAt })
      for (const { position } of this.#queues.get(row.aggregate) ?? []) {
        this.#known.delete(position)
        this.#queued--
      }
      this.#queues.delete(row.aggregate)
    }
    const fields = {
      event: eventOf(module, row).name,
      consumer,
      aggregate: row.aggregate,
      attempts,
      err: error,
    }
    if (isParked) log.error(fields, 'event parked: its consumer refuses it')
    else log.warn(fields, 'event refused, will be retried')
    try {
      await recordRefusal(sql, module, row.position, String(error), isParked ? 'park' : { dueAt })
    } catch (recordError) {
      // The attempt does not count, as the database has no record of it. The event is delivered again.
      log.warn({ ...fields, err: recordError }, 'cannot record the refusal of an event now')
    }
    this.#known.delete(row.position)
  }

  #deleteSoon(): void {
    this.#deleting ??= this.#deleteCollected()
      .catch((error: unknown) => {
        this.#deletionError = error
      })
      .finally(() => {
        this.#deleting = undefined
        this.#signalChange()
      })
  }

  async #deleteCollected(): Promise<void> {
    if (this.#running > 0 && this.#delivered.length < MAX_DELETION) await sleep(COLLECT_DELETIONS_MS)
    await this.#delete()
  }

  async #delete(): Promise<void> {
    const positions = this.#delivered.splice(0, MAX_DELETION)
    try {
      await deleteEvents(this.#session, this.#options.module, positions)
    } finally {
      for (const position of positions) this.#known.delete(position)
    }
  }

  /** Lets delivered events that are not deleted be delivered again. The consumer's inbox recognises them. */
  #forgetDelivered(): void {
    for (const position of this.#delivered) this.#known.delete(position)
    this.#delivered = []
  }

  /** Forgets all events that are not in delivery, so that they are read again. */
  #forgetQueues(): void {
    this.#sweepAt = 0
    this.#blocked.clear()
    this.#floor.reset()
    this.#lastRead = 0
    for (const queue of this.#queues.values()) for (const { position } of queue) this.#known.delete(position)
    this.#queues.clear()
    this.#queued = 0
  }

  #isPaused(): boolean {
    return performance.now() < this.#pausedUntil
  }

  #signalChange(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  async #untilChange(): Promise<void> {
    const timer = setTimeout(() => this.#signalChange(), POLL_MS)
    await this.#change.promise
    clearTimeout(timer)
    // Lets changes of the same moment count as one, so that the next deliveries can be batched.
    await setImmediate()
  }
}
