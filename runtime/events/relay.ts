import type { Log } from '../base/log.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { Pool } from '../database/pool.ts'
import type { Bus } from './bus.ts'
import { Lane, type LaneOptions } from './lane.ts'
import { endLeasesOf } from './lease.ts'
import { countEvents } from './outbox.ts'

const POLL_MS = 1000

export interface RelayOptions {
  module: string
  /** The modules that react to its events. */
  consumers: readonly string[]
  sql: Pool
  dispatcher: Dispatcher
  bus: Bus
  /** Identifies this process and, after a slash, its latest start. */
  runner: string
  log: Log
  now: () => Date
}

/**
 * Delivers one module's events from its outbox to their consumers: at least once, and in order for each aggregate. Each
 * consumer has its own lane. The relay works when it is woken, and also once a second, in case a wake-up was lost.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #lanes: readonly Lane[]
  /** The lane for events of other modules that this module stores to retry them. */
  readonly #retryLane: Lane
  #timer: NodeJS.Timeout | undefined

  constructor(options: RelayOptions) {
    this.#options = options
    const { module, consumers, dispatcher, bus } = options
    this.#lanes = consumers
      .filter((consumer) => consumer !== module)
      .map((consumer) =>
        this.#lane(
          consumer,
          (events) => bus.deliver(consumer, events),
          (name) => bus.capacityOf(consumer, name),
        ),
      )
    // Not over the bus, which would drop the event as a duplicate.
    this.#retryLane = this.#lane(
      module,
      (events) => dispatcher.reactions.many(module, events),
      (name) => dispatcher.reactions.capacityOf(module, name),
    )
  }

  /** Ends the leases that this process held before its latest start, and delivers events until `stop()`. */
  async start(): Promise<void> {
    const { module, sql, runner, log } = this.#options
    this.#timer = setInterval(() => this.#wakeAll(), POLL_MS)
    this.#timer.unref()
    const ofAllStarts = runner.slice(0, runner.indexOf('/') + 1)
    await endLeasesOf(sql, module, ofAllStarts, runner).catch((error: unknown) => {
      log.warn(
        { module, error: String(error) },
        'cannot end the leases that this process held before its latest start; they expire by themselves',
      )
    })
    this.#wakeAll()
  }

  /** Call it when the module has emitted events. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake()
  }

  /** Call it when the module has stored an event of another module to retry it. */
  wakeRetries(): void {
    this.#retryLane.wake()
  }

  /** Call it when unreachable consumers can be reached again: ends the pause of all lanes. */
  endPause(): void {
    for (const lane of this.#lanes) lane.endPause()
  }

  /** Delivers all due events. Returns the numbers of events that wait for a retry, and of parked ones. */
  async drain(): Promise<{ waiting: number; parked: number }> {
    await Promise.all(this.#all.map((lane) => lane.drain()))
    return countEvents(this.#options.sql, this.#options.module)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#all.map((lane) => lane.stop()))
    const { module, sql, runner } = this.#options
    // So that other processes need not wait until the leases expire.
    await endLeasesOf(sql, module, runner).catch(() => {})
  }

  get #all(): readonly Lane[] {
    return [...this.#lanes, this.#retryLane]
  }

  #wakeAll(): void {
    for (const lane of this.#all) lane.wake()
  }

  #lane(consumer: string, deliver: LaneOptions['deliver'], capacity: LaneOptions['capacity']): Lane {
    const { module, sql, runner, log, now } = this.#options
    return new Lane({ module, consumer, sql, holder: runner, deliver, capacity, log, now })
  }
}
