import type { Sql } from '../database/sql.ts'
import {
  discardKept,
  type EventChoice,
  findKept,
  type KeptEvent,
  listKept,
  retryKept,
} from './kept-events.ts'

interface Outbox {
  module: string
  sql: Sql
}

/** What a person can do about events that are not delivered, in the outboxes of all modules of a process. */
export class EventDesk {
  readonly #outboxes: () => readonly Outbox[]

  constructor(outboxes: () => readonly Outbox[]) {
    this.#outboxes = outboxes
  }

  /** Names of the modules that have an outbox. */
  get modules(): string[] {
    return this.#outboxes().map(({ module }) => module)
  }

  /** Parked ones first, then those that wait, at most `limit` of each outbox. */
  async list(options: {
    module?: string | undefined
    state?: KeptEvent['state'] | undefined
    limit: number
  }): Promise<KeptEvent[]> {
    const { module } = options
    const chosen = this.#outboxes().filter((each) => module === undefined || each.module === module)
    const lists = await Promise.all(chosen.map((each) => listKept(each.sql, each.module, options)))
    return lists.flat()
  }

  /** The event with its payload, once for each consumer. */
  async find(choice: EventChoice): Promise<(KeptEvent & { payload: unknown })[]> {
    const found = await Promise.all(this.#outboxes().map(({ module, sql }) => findKept(sql, module, choice)))
    return found.flat()
  }

  /** See `retryKept`. */
  retry(choice: EventChoice): Promise<number> {
    return this.#sum(({ module, sql }) => retryKept(sql, module, choice))
  }

  /** See `discardKept`. */
  discard(choice: EventChoice): Promise<number> {
    return this.#sum(({ module, sql }) => discardKept(sql, module, choice))
  }

  async #sum(work: (outbox: Outbox) => Promise<number>): Promise<number> {
    const counts = await Promise.all(this.#outboxes().map(work))
    return counts.reduce((sum, count) => sum + count, 0)
  }
}
