import type { Sql } from '../database/sql.ts'
import {
  discardEvent,
  type EventChoice,
  findUndelivered,
  listDiscarded,
  listUndelivered,
  retryEvent,
  type UndeliveredEvent,
} from './undelivered-events.ts'

interface Outbox {
  module: string
  sql: Sql
}

/** The operator's commands for undelivered events, in the outboxes of all modules of a process. */
export class EventAdmin {
  readonly #outboxes: () => readonly Outbox[]

  constructor(outboxes: () => readonly Outbox[]) {
    this.#outboxes = outboxes
  }

  /** The names of the modules with an outbox. */
  get modules(): string[] {
    return this.#outboxes().map(({ module }) => module)
  }

  /**
   * Lists parked events first, then waiting ones, at most `limit` of each outbox. With the state `discarded`, lists the
   * events discarded in the last 30 days instead.
   */
  async list(options: {
    module?: string | undefined
    state?: UndeliveredEvent['state'] | undefined
    limit: number
  }): Promise<UndeliveredEvent[]> {
    const { module } = options
    const selected = this.#outboxes().filter((each) => module === undefined || each.module === module)
    const { limit, state } = options
    const lists = selected.map(async ({ sql, module: name }) => {
      if (state !== 'discarded') return listUndelivered(sql, name, { limit, state })
      return (await listDiscarded(sql, name, { limit })).map(({ payload: _, ...event }) => event)
    })
    return (await Promise.all(lists)).flat()
  }

  /** Finds an event with its payload, once for each consumer. */
  async find(choice: EventChoice): Promise<(UndeliveredEvent & { payload: unknown })[]> {
    const found = await Promise.all(
      this.#outboxes().map(({ module, sql }) => findUndelivered(sql, module, choice)),
    )
    return found.flat()
  }

  /** Finds an event that was discarded in the last 30 days, once for each consumer. */
  async findDiscarded(id: string): Promise<(UndeliveredEvent & { payload: unknown })[]> {
    const found = this.#outboxes().map(({ module, sql }) => listDiscarded(sql, module, { id, limit: 100 }))
    return (await Promise.all(found)).flat()
  }

  /** See `retryEvent`. */
  retry(choice: EventChoice): Promise<number> {
    return this.#sum(({ module, sql }) => retryEvent(sql, module, choice))
  }

  /** See `discardEvent`. */
  discard(choice: EventChoice): Promise<number> {
    return this.#sum(({ module, sql }) => discardEvent(sql, module, choice))
  }

  async #sum(work: (outbox: Outbox) => Promise<number>): Promise<number> {
    const counts = await Promise.all(this.#outboxes().map(work))
    return counts.reduce((sum, count) => sum + count, 0)
  }
}
