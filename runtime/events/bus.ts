import type { Dispatcher } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { isMisdirected } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'
import { unavailableReason } from '../database/errors.ts'

/** Delivers events to modules. With every bus, modules in the emitter's process get their events directly. */
export interface Bus {
  /**
   * Delivers events of one name and different aggregates. The promise of an event resolves when the emitter may delete
   * it, because its consumer has handled it or the bus has it on disk. It rejects with BusUnavailable when the bus can
   * deliver nothing now, and with any other error when the event was refused.
   */
  deliver(consumer: string, events: readonly DeliveredEvent[]): Promise<void>[]
  /**
   * How many events of a name may be in delivery to a consumer at once, and how many of them `deliver()` takes
   * together.
   */
  capacityOf(consumer: string, name: string): Capacity
  /** Why the bus delivers nothing now, for readers of `/status`; undefined while it delivers. */
  note(): string | undefined
  /** The number of events that the bus has stored for consumers that have not handled them. Throws when it is unknown. */
  countStored(): Promise<number>
  start(): void
  /** Starts to receive events for a module that was added to this process. */
  receive(module: string): void
  /** Stops receiving events for a module that leaves this process, and waits for its reactions. */
  leave(module: string): Promise<void>
  /** Stops receiving events for all modules here, and waits for running reactions. */
  stopReceiving(): Promise<void>
  close(): Promise<void>
}

export interface Capacity {
  atOnce: number
  batch: number
}

/** The bus cannot deliver events now. This does not count as a failed attempt of the event. */
export class BusUnavailable extends Error {}

/** How many events may be in delivery to a consumer in another process at once. */
const REMOTE_AT_ONCE = 16

/**
 * Delivers each event to its consumer directly, here or in another process; the consumer answers when it has handled
 * the event. The events of an unavailable consumer wait in the outbox.
 */
export function directBus(dispatcher: Dispatcher): Bus {
  return {
    deliver: (consumer, events) =>
      dispatcher.deliver(consumer, events).map((delivery) =>
        delivery.catch((error: unknown) => {
          // A consumer cannot handle any event while its database is unavailable or full, or while it moves to another
          // process.
          if (!isUnanswered(error) && unavailableReason(error) === undefined && !isMisdirected(error))
            throw error
          throw new BusUnavailable(`Cannot deliver to "${consumer}" now`, { cause: error })
        }),
      ),
    capacityOf: (consumer, name) =>
      dispatcher.remote.has(consumer)
        ? { atOnce: REMOTE_AT_ONCE, batch: 1 }
        : dispatcher.reactions.capacityOf(consumer, name),
    note: () => undefined,
    countStored: async () => 0,
    start() {},
    receive() {},
    async leave() {},
    async stopReceiving() {},
    async close() {},
  }
}
