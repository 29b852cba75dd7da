import type { Dispatcher } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { isMisdirected } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'
import { unavailableReason } from '../database/errors.ts'

/** How events get to modules. Those of the emitter's process get theirs directly, whichever bus it is. */
export interface Bus {
  /**
   * Hands over events of one name and different aggregates; answers what becomes of each. It resolves when the event is
   * safe without its emitter: its consumer has handled it, or the bus keeps it on disk. It rejects with BusUnavailable
   * when nothing can be carried now, and with anything else when this event was refused.
   */
  deliver(consumer: string, events: readonly DeliveredEvent[]): Promise<void>[]
  /** How many events of a name are under way to a consumer at once, and how many may be handed over together. */
  capacityOf(consumer: string, name: string): Capacity
  /** What people should know of its state; nothing when all is well. */
  note(): string | undefined
  /** Events that it keeps at this moment. Throws when that cannot be told. */
  kept(): Promise<number>
  start(): void
  /** Takes events for a module that has become one of this process. */
  receive(module: string): void
  /** Takes no more events for one that is leaving, and waits for its reactions. */
  leave(module: string): Promise<void>
  /** Takes no more events for the modules here, and waits for the reactions that run. */
  stopReceiving(): Promise<void>
  close(): Promise<void>
}

export interface Capacity {
  atOnce: number
  batch: number
}

/** The bus cannot carry anything now. The event is as good as any, so this is no failed try of it. */
export class BusUnavailable extends Error {}

/** Deliveries at once to a consumer in another process. */
const REMOTE_AT_ONCE = 16

/**
 * Each event is handed to its consumer, here or in another process, which handles it before it answers. However long a
 * consumer is away, its events wait for it.
 */
export function directBus(dispatcher: Dispatcher): Bus {
  return {
    deliver: (consumer, events) =>
      dispatcher.deliver(consumer, events).map((delivery) =>
        delivery.catch((error: unknown) => {
          // Without its database, or with a full one, a consumer here cannot look at an event either, and one that
          // moves will do it elsewhere.
          if (!isUnanswered(error) && unavailableReason(error) === undefined && !isMisdirected(error))
            throw error
          throw new BusUnavailable(`Cannot reach "${consumer}" now`, { cause: error })
        }),
      ),
    capacityOf: (consumer, name) =>
      dispatcher.remote.has(consumer)
        ? { atOnce: REMOTE_AT_ONCE, batch: 1 }
        : dispatcher.reactions.capacityOf(consumer, name),
    note: () => undefined,
    kept: async () => 0,
    start() {},
    receive() {},
    async leave() {},
    async stopReceiving() {},
    async close() {},
  }
}
