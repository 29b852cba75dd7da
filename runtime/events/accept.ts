import type { Dispatcher } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { hasWaitingEvents, retryAt, storeForRetry } from './outbox.ts'

/**
 * Lets a module here react to an event that a bus has brought. One that is refused, or whose aggregate has a refused
 * one, is kept in the module's own outbox, from where it is tried again in order: then the bus is free for others.
 * Resolves when the event is committed either way, `kept` or not. Throws when it is in neither place, as without the
 * database.
 */
export async function acceptEvent(
  dispatcher: Dispatcher,
  consumer: string,
  event: DeliveredEvent,
): Promise<{ kept: boolean; error?: unknown }> {
  const module = dispatcher.modules.get(consumer)!
  if (await hasWaitingEvents(module.durableSql, consumer, event.aggregate)) {
    await storeForRetry(module.durableSql, consumer, event, { attempts: 0, dueAt: null, error: null })
    return { kept: true }
  }
  try {
    await dispatcher.react(consumer, event)
    return { kept: false }
  } catch (error) {
    const dueAt = retryAt(module.now(), 1)
    await storeForRetry(module.durableSql, consumer, event, { attempts: 1, dueAt, error: String(error) })
    return { kept: true, error }
  }
}
