import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'

/**
 * How long a group waits for more commits after the first one. Longer than reactions take until they commit, unless they
 * call a slow module.
 */
const COLLECT_MS = 20

/** The commit of one reaction. */
interface Member {
  /** More than one for a batch reaction. */
  eventIds: readonly string[]
  work: (sql: Sql) => Promise<unknown>
  done: (answer: unknown) => void
  failed: (error: unknown) => void
}

/** The inbox has the event already. Nothing was done. */
export class AlreadyHandled extends Error {}

/**
 * Commits several reactions of one module in one transaction, together with the inbox records of their events, which
 * saves statements. The transaction opens when all reactions have called `commit()`, so none of them
 * calls another module while it is open. A late reaction commits separately. When the transaction fails, each reaction
 * commits separately, so that only the faulty one fails.
 */
export class GroupCommit {
  readonly #pool: Pool
  readonly #module: string
  readonly #members: Member[] = []
  /** How many reactions have neither called `commit()` nor ended. */
  #awaited: number
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  /** `size`: the number of reactions. */
  constructor(pool: Pool, module: string, size: number) {
    this.#pool = pool
    this.#module = module
    this.#awaited = size
  }

  /**
   * Commits a reaction to these events. Throws AlreadyHandled when one of them was handled before, and errors of
   * `work`.
   */
  commit<Answer>(eventIds: readonly string[], work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const member: Member = { eventIds, work, done: resolve as (answer: unknown) => void, failed: reject }
      if (this.#isClosed) {
        void this.#commit([member])
        return
      }
      this.#members.push(member)
      this.#timer ??= setTimeout(() => this.#close(), COLLECT_MS)
      this.leave()
    })
  }

  /** Stops waiting for one reaction: it has called `commit()`, or ended without a commit. */
  leave(): void {
    this.#awaited--
    if (this.#awaited === 0 && !this.#isClosed) this.#close()
  }

  #close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    void this.#commit(this.#members)
  }

  async #commit(members: readonly Member[]): Promise<void> {
    if (members.length === 0) return
    try {
      const answers = await transaction(this.#pool, (sql) => this.#work(sql, members))
      for (const member of members) {
        if (answers.has(member)) member.done(answers.get(member))
        else member.failed(new AlreadyHandled('the event was handled before'))
      }
    } catch (error) {
      if (members.length === 1) members[0]!.failed(error)
      else for (const member of members) await this.#commit([member])
    }
  }

  /** Runs the reactions one after the other, so that none sees half of the changes of another. */
  async #work(sql: Sql, members: readonly Member[]): Promise<Map<Member, unknown>> {
    const added = await recordInInbox(
      sql,
      this.#module,
      members.flatMap(({ eventIds }) => eventIds),
    )
    const answers = new Map<Member, unknown>()
    for (const member of members) {
      if (member.eventIds.every((id) => added.has(id))) answers.set(member, await member.work(sql))
      // Rolls back, because the new events must not have inbox records without their effect.
      else if (member.eventIds.some((id) => added.has(id)))
        throw new AlreadyHandled('an event was handled before')
    }
    return answers
  }
}

/** Records these events in a module's inbox. Returns the ids of those that were not recorded before. */
async function recordInInbox(sql: Sql, module: string, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    insert into ${sql(module)}.pando_inbox (event_id) select unnest(${eventIds as string[]}::text[])
    on conflict do nothing returning event_id as id`
  return new Set(rows.map(({ id }) => id))
}
