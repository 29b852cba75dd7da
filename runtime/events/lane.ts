import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { DeliveredEvent } from '../call/events.ts'
import type { Pool, Session } from '../database/pool.ts'
import { BusUnavailable } from './bus.ts'
import { Floor } from './floor.ts'
import { claimLease, LEASE_MS, renewLease } from './lease.ts'
import { deleteEvents, eventOf, type OutboxRow, postponeEvent, readEvents, retryAt } from './outbox.ts'

export interface LaneOptions {
  /** Whose outbox it is. */
  module: string
  consumer: string
  sql: Pool
  /** Names this relay among those of other processes. */
  holder: string
  /** Hands over events of one name and different aggregates; answers what becomes of each. */
  deliver: (events: readonly DeliveredEvent[]) => Promise<void>[]
  /** How many events of a name are under way at once, and how many may be handed over together. */
  capacity: (name: string) => { atOnce: number; batch: number }
  log: Log
  now: () => Date
}

const MAX_ATTEMPTS = 8
const MAX_READ = 1000
/** Rows that are read first: where their consumer is away, no more are read for nothing. */
const FIRST_READ = 16
/** A consumer that refuses so many aggregates at once gets no others until some are taken or parked. */
const MAX_BLOCKED = 1000
const GATHER_DELETIONS_MS = 10
const MAX_DELETION = 500
const REST_MS = 1000
const LOOK_MS = 1000
const SWEEP_MS = 5000

/**
 * The events of one outbox for one consumer, while this process delivers them: many aggregates at once, each in order,
 * all outside of any transaction. A lease says whose turn it is; decision 14 says why nothing breaks when two think so.
 */
export class Lane {
  readonly #options: LaneOptions
  /** What is read and not under way, by aggregate, in order. */
  readonly #queues = new Map<string, OutboxRow[]>()
  readonly #underWay = new Set<string>()
  /** Positions that are read and not deleted. */
  readonly #known = new Set<number>()
  /** Aggregates whose first event was refused, and when that is tried again. */
  readonly #blocked = new Map<string, { position: number; dueAt: Date }>()
  #delivered: number[] = []
  readonly #floor = new Floor()
  /**
   * A crash of the database may lose what a reaction has committed without waiting for the disk. So an event is deleted
   * only through the connection that was open before its delivery began; otherwise it is delivered again.
   */
  #session: Session
  #queued = 0
  #running = 0
  #epoch: number | undefined
  /** By `performance.now()`. */
  #heldUntil = 0
  #restUntil = 0
  #sweepAt = 0
  /** The readings go over the whole table at this moment. */
  #sweeps = false
  #lastRead = 0
  #again = false
  #limit = FIRST_READ
  #stopped = false
  #working: Promise<void> | undefined
  #deleting: Promise<void> | undefined
  #problem: unknown
  #happened = Promise.withResolvers<void>()

  constructor(options: LaneOptions) {
    this.#options = options
    this.#session = options.sql.session()
  }

  /** Looks for events soon; calls while it works are one. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#signal()
    this.#working ??= this.#workOnce().finally(() => {
      this.#working = undefined
      if (this.#again && !this.#isResting()) this.wake()
    })
  }

  /** Its consumer can be reached again. */
  endPause(): void {
    this.#restUntil = 0
    this.wake()
  }

  /** Delivers all that is due now. */
  async drain(): Promise<void> {
    this.#sweepAt = 0
    this.wake()
    while (this.#working) await this.#working
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#again = false
    this.#signal()
    await this.#working
    // What its last run left under way when the database went away.
    while (this.#running > 0) await this.#somethingHappens()
  }

  async #workOnce(): Promise<void> {
    if (this.#isResting()) return
    try {
      if (this.#session.isClosed) this.#session = this.#options.sql.session()
      await this.#work()
    } catch (error) {
      // The database is away, most likely; the next poll tries again.
      this.#again = false
      this.#problem = undefined
      this.#forget()
      this.#forgetDelivered()
      const { consumer, log } = this.#options
      if (!this.#stopped) log.warn({ consumer, error: String(error) }, 'events cannot be relayed now')
    }
  }

  async #work(): Promise<void> {
    this.#again = false
    if (!(await this.#hold())) return
    let more = true
    for (;;) {
      if (this.#problem) throw this.#problem
      this.#beginDeliveries()
      if (this.#delivered.length > 0) this.#deleteSoon()
      if ((this.#again || more) && this.#queued < this.#limit / 2 && !this.#stopped && !this.#isResting()) {
        this.#again = false
        more = await this.#read()
      } else if (this.#running > 0 || (this.#queued > 0 && !this.#stopped && !this.#isResting())) {
        await this.#somethingHappens()
      } else if (this.#deleting) {
        await this.#deleting
      } else break
      if (!(await this.#hold())) break
    }
    if (this.#stopped || this.#isResting()) this.#forget()
  }

  /** Whether the lease is this relay's for a while. */
  async #hold(): Promise<boolean> {
    const { module, consumer, holder } = this.#options
    const sql = this.#session
    const asked = performance.now()
    if (asked < this.#heldUntil - (LEASE_MS * 2) / 3) return true
    if (asked < this.#heldUntil || this.#running > 0) {
      if (await renewLease(sql, module, { consumer, holder })) {
        this.#heldUntil = asked + LEASE_MS
        return true
      }
      this.#forget()
    }
    this.#heldUntil = 0
    const sweeps = asked > this.#sweepAt
    const epoch = await claimLease(sql, module, {
      consumer,
      holder,
      floor: sweeps ? 0 : this.#floor.position,
    })
    if (epoch === undefined) {
      if (sweeps) this.#swept(asked)
      return false
    }
    // Another one has delivered meanwhile: what this one remembers is old.
    if (epoch !== this.#epoch) this.#forget()
    this.#epoch = epoch
    this.#heldUntil = asked + LEASE_MS
    return true
  }

  /** Reads what comes next; answers whether there may be more. */
  async #read(): Promise<boolean> {
    const { module, consumer, now } = this.#options
    const began = performance.now()
    if (began > this.#sweepAt && !this.#sweeps) {
      this.#sweeps = true
      // A person may have changed when they are due.
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
      floor: this.#sweeps ? 0 : this.#floor.position,
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
    else if (this.#sweeps) this.#swept(began)
    this.#floor.passed(this.#known.size > 0 ? Math.min(...this.#known) - 1 : this.#lastRead)
    return isFull
  }

  /** What only a look at the whole table finds must not cost more than a small part of the time. */
  #swept(began: number): void {
    this.#sweeps = false
    this.#sweepAt = began + Math.max(SWEEP_MS, 20 * (performance.now() - began))
  }

  #enqueue(row: OutboxRow): void {
    const queue = this.#queues.get(row.aggregate)
    if (queue) queue.push(row)
    else this.#queues.set(row.aggregate, [row])
    this.#known.add(row.position)
    this.#queued++
  }

  #beginDeliveries(): void {
    while (!this.#stopped && !this.#isResting()) {
      const rows = this.#nextRows()
      if (rows.length === 0) return
      this.#running += rows.length
      const deliveries = this.#options.deliver(rows.map((row) => eventOf(this.#options.module, row)))
      for (const [i, row] of rows.entries()) void this.#settle(row, deliveries[i]!)
    }
  }

  /** The oldest events of one name that may go now: the first of aggregates of which none is under way. */
  #nextRows(): OutboxRow[] {
    const rows: OutboxRow[] = []
    let room = 1
    for (const [aggregate, queue] of this.#queues) {
      if (this.#underWay.has(aggregate)) continue
      const first = queue[0]!
      if (rows.length === 0) {
        const { atOnce, batch } = this.#options.capacity(first.name)
        // One that was refused goes alone, so that it is no trouble to others.
        room = Math.min(atOnce - this.#running, first.attempts > 0 ? 1 : batch)
        if (room <= 0) break
      } else if (first.name !== rows[0]!.name || first.attempts > 0) continue
      rows.push(first)
      queue.shift()
      if (queue.length === 0) this.#queues.delete(aggregate)
      this.#queued--
      this.#underWay.add(aggregate)
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
      if (error instanceof BusUnavailable) this.#rest(row)
      else await this.#refused(row, error)
    }
    this.#running--
    this.#underWay.delete(row.aggregate)
    this.#signal()
  }

  #rest(row: OutboxRow): void {
    this.#known.delete(row.position)
    this.#restUntil = performance.now() + REST_MS
    this.#limit = FIRST_READ
  }

  async #refused(row: OutboxRow, error: unknown): Promise<void> {
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
    else log.warn(fields, 'event refused, will be tried again')
    try {
      await postponeEvent(sql, module, row.position, String(error), isParked ? null : dueAt)
    } catch (problem) {
      // The try is not counted, and comes again.
      log.warn({ ...fields, err: problem }, 'the refusal of an event cannot be recorded now')
    }
    this.#known.delete(row.position)
  }

  #deleteSoon(): void {
    this.#deleting ??= this.#deleteGathered()
      .catch((error: unknown) => {
        this.#problem = error
      })
      .finally(() => {
        this.#deleting = undefined
        this.#signal()
      })
  }

  async #deleteGathered(): Promise<void> {
    if (this.#running > 0 && this.#delivered.length < MAX_DELETION) await pause(GATHER_DELETIONS_MS)
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

  /** Has what is delivered and not deleted delivered again: the inbox of its consumer knows what it has done. */
  #forgetDelivered(): void {
    for (const position of this.#delivered) this.#known.delete(position)
    this.#delivered = []
  }

  /** Leaves to the table what is not under way. */
  #forget(): void {
    this.#sweepAt = 0
    this.#blocked.clear()
    this.#floor.reset()
    this.#lastRead = 0
    for (const queue of this.#queues.values()) for (const { position } of queue) this.#known.delete(position)
    this.#queues.clear()
    this.#queued = 0
  }

  #isResting(): boolean {
    return performance.now() < this.#restUntil
  }

  #signal(): void {
    this.#happened.resolve()
    this.#happened = Promise.withResolvers()
  }

  async #somethingHappens(): Promise<void> {
    const timer = setTimeout(() => this.#signal(), LOOK_MS)
    await this.#happened.promise
    clearTimeout(timer)
    // What happens together is one: the places that it leaves are filled together.
    await setImmediate()
  }
}
