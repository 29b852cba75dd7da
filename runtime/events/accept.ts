import type { Dispatcher } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { hasWaitingEvents, retryAt, storeForRetry } from './outbox.ts'

/**
 * Handles an event that a bus has delivered to a module of this process. When the module refuses the event, or an
 * earlier event of the aggregate is already waiting, the event goes into the module's own outbox to be retried in
 * order, so that it does not block the bus.
 *
 * @returns when the event is durable. `isStored`: whether it is in the module's own outbox; if so, `error` is why the
 * module refused it, or undefined when it waits for an earlier event
 * @throws when the event is neither handled nor stored, such as without a database
 */
export async function acceptEvent(
  dispatcher: Dispatcher,
  consumer: string,
  event: DeliveredEvent,
): Promise<{ isStored: boolean; error?: unknown }> {
  const module = dispatcher.modules.get(consumer)!
  if (await hasWaitingEvents(module.durableSql, consumer, event.aggregate)) {
    await storeForRetry(module.durableSql, consumer, event)
    return { isStored: true }
  }
  try {
    await dispatcher.react(consumer, event)
    return { isStored: false }
  } catch (error) {
    const dueAt = retryAt(module.now(), 1)
    await storeForRetry(module.durableSql, consumer, event, { error: String(error), dueAt })
    return { isStored: true, error }
  }
}
