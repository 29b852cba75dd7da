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
  /** Who reacts to its events. */
  consumers: readonly string[]
  sql: Pool
  dispatcher: Dispatcher
  bus: Bus
  /** Names this process, and behind a slash this life of it. */
  runner: string
  log: Log
  now: () => Date
}

/**
 * Carries one module's events from its outbox to their consumers, each of which has a lane of its own: at least once,
 * in order for one aggregate. It works when it is woken and looks by itself once a second, in case that a wake-up was
 * lost.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #lanes: readonly Lane[]
  /** Of what the module keeps for itself, which has come over a bus. */
  readonly #own: Lane
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
    // The bus would take it for a repetition.
    this.#own = this.#lane(
      module,
      (events) => dispatcher.reactions.many(module, events),
      (name) => dispatcher.reactions.capacityOf(module, name),
    )
  }

  /** Takes up what an earlier life of this process had leased, and works until it is stopped. */
  async start(): Promise<void> {
    const { module, sql, runner, log } = this.#options
    this.#timer = setInterval(() => this.#look(), POLL_MS)
    this.#timer.unref()
    const life = runner.slice(0, runner.indexOf('/') + 1)
    await endLeasesOf(sql, module, life, runner).catch((error: unknown) => {
      log.warn(
        { module, error: String(error) },
        'the leases of an earlier life cannot be ended now: they expire',
      )
    })
    this.#look()
  }

  /** The module has emitted events. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake()
  }

  /** The module has kept an event for itself. */
  wakeOwn(): void {
    this.#own.wake()
  }

  /** Consumers that could not be reached can be now. */
  endPause(): void {
    for (const lane of this.#lanes) lane.endPause()
  }

  /** Delivers all that is due now, and answers how many events wait for a later try. */
  async drain(): Promise<{ waiting: number; parked: number }> {
    await Promise.all(this.#all.map((lane) => lane.drain()))
    return countEvents(this.#options.sql, this.#options.module)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#all.map((lane) => lane.stop()))
    const { module, sql, runner } = this.#options
    // Others need not wait for it to expire. Where that is not possible, they do.
    await endLeasesOf(sql, module, runner).catch(() => {})
  }

  get #all(): readonly Lane[] {
    return [...this.#lanes, this.#own]
  }

  #look(): void {
    for (const lane of this.#all) lane.wake()
  }

  #lane(consumer: string, deliver: LaneOptions['deliver'], capacity: LaneOptions['capacity']): Lane {
    const { module, sql, runner, log, now } = this.#options
    return new Lane({ module, consumer, sql, holder: runner, deliver, capacity, log, now })
  }
}
