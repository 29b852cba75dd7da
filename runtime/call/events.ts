import type { Sql } from '../database/sql.ts'

/** An event that a handler has emitted and that is not stored yet. */
export interface EmittedEvent {
  /** Without the module's name. */
  name: string
  aggregate: string
  payload: unknown
}

/** An event for delivery to a consumer. */
export interface DeliveredEvent {
  id: string
  /** `module.event`. */
  name: string
  aggregate: string
  payload: unknown
}

/**
 * Writes the events that a module emitted into its outbox, in the transaction of its commit. `module` is also the name
 * of the module's schema. `runtime/events/outbox.ts` implements it.
 */
export type StoreEvents = (sql: Sql, module: string, events: readonly EmittedEvent[]) => Promise<void>
