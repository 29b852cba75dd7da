import type { DeliveredEvent, Dispatcher } from '../call/dispatch.ts'
import { isMisdirected } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'
import { isUnreachable } from '../database/errors.ts'

/** How events get to modules. Those of the emitter's process get theirs directly, whichever bus it is. */
export interface Bus {
  /**
   * Resolves when the event is safe without its emitter: its consumer has handled it, or the bus keeps it on disk.
   * Throws BusAway when nothing can be carried now, and anything else when this event was refused.
   */
  deliver(consumer: string, event: DeliveredEvent): Promise<void>
  /** Events of different lanes may be delivered at once, those of one lane only one after the other. */
  laneOf(consumer: string, aggregate: string): string
  /** The consumers that cannot be reached now: their events need not be tried. */
  unreachable(): readonly string[]
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

/** The bus cannot carry anything now. The event is as good as any, so this is no failed try of it. */
export class BusAway extends Error {}

/** A consumer that does not answer is left alone for this long. */
const REST_MS = 1000

/**
 * Each event is handed to its consumer, here or in another process, which handles it before it answers. However long a
 * consumer is away, its events wait for it.
 */
export function directBus(dispatcher: Dispatcher): Bus {
  const awaySince = new Map<string, number>()
  return {
    async deliver(consumer, event) {
      try {
        await dispatcher.deliver(consumer, event)
      } catch (error) {
        // Without its database a consumer here cannot look at an event either, and one that moves will do it elsewhere.
        if (!isUnanswered(error) && !isUnreachable(error) && !isMisdirected(error)) throw error
        awaySince.set(consumer, Date.now())
        throw new BusAway(`Cannot reach "${consumer}" now`, { cause: error })
      }
    },
    laneOf: (consumer) => consumer,
    unreachable: () =>
      [...awaySince].filter(([, since]) => Date.now() - since < REST_MS).map(([name]) => name),
    note: () => undefined,
    kept: async () => 0,
    start() {},
    receive() {},
    async leave() {},
    async stopReceiving() {},
    async close() {},
  }
}
