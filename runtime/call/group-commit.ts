import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'

/** Longer than reactions of one kind take to come to their commits, where they do not ask somebody who is slow. */
const GATHER_MS = 20

interface Member {
  /** More than one where a reaction takes several. */
  eventIds: readonly string[]
  work: (sql: Sql) => Promise<unknown>
  done: (answer: unknown) => void
  failed: (error: unknown) => void
}

/** Nothing was done: the inbox has the event. */
export class AlreadyHandled extends Error {}

/**
 * Commits what several reactions of one module do in one transaction, each with the record of its event in the inbox: it
 * takes a third of the statements. The transaction opens when all have come to their commits, so none of them calls anybody
 * while it is open; who is late commits alone. Where one fails, all are committed one by one, so that it fails alone.
 */
export class GroupCommit {
  readonly #pool: Pool
  readonly #module: string
  readonly #members: Member[] = []
  #awaited: number
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  /** `size`: how many reactions there are. */
  constructor(pool: Pool, module: string, size: number) {
    this.#pool = pool
    this.#module = module
    this.#awaited = size
  }

  /** The commit of a reaction to these events. Throws AlreadyHandled when one of them was, or what `work` throws. */
  commit<Answer>(eventIds: readonly string[], work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const member: Member = { eventIds, work, done: resolve as (answer: unknown) => void, failed: reject }
      if (this.#isClosed) {
        void this.#commit([member])
        return
      }
      this.#members.push(member)
      this.#timer ??= setTimeout(() => this.#close(), GATHER_MS)
      this.leave()
    })
  }

  /** One reaction less is awaited: it has come to its commit, or ended without. */
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

  /** One after the other: each sees all or nothing of what another one does. */
  async #work(sql: Sql, members: readonly Member[]): Promise<Map<Member, unknown>> {
    const fresh = await recordInInbox(
      sql,
      this.#module,
      members.flatMap(({ eventIds }) => eventIds),
    )
    const answers = new Map<Member, unknown>()
    for (const member of members) {
      if (member.eventIds.every((id) => fresh.has(id))) answers.set(member, await member.work(sql))
      // The record of the others must not stay without their effect.
      else if (member.eventIds.some((id) => fresh.has(id)))
        throw new AlreadyHandled('an event was handled before')
    }
    return answers
  }
}

/** Records in a module's inbox that it handles these events; answers those that were not there. */
async function recordInInbox(sql: Sql, module: string, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    insert into ${sql(module)}.pando_inbox (event_id) select unnest(${eventIds as string[]}::text[])
    on conflict do nothing returning event_id as id`
  return new Set(rows.map(({ id }) => id))
}
