import { system } from '../contract/caller.ts'
import type { EventSpec } from '../contract/contract.ts'
import { misdirected } from '../contract/failure.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { isBatched } from '../module/define.ts'
import { type CallServices, HandlerContext } from './context.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { DeliveredEvent } from './events.ts'
import { AlreadyHandled, GroupCommit } from './group-commit.ts'
import type { HostedModule } from './host.ts'
import { knownPayload } from './known-payload.ts'

export interface ReactionsOptions {
  modules: ReadonlyMap<string, HostedModule>
  services: () => CallServices
  /** The event in its emitter's contract; undefined when this process does not know it. */
  specOf: (event: string) => EventSpec | undefined
  /** Whether an error occurred because the module is moving to another process, or has moved there. */
  isMoving: (error: unknown, module: HostedModule) => Promise<boolean>
  newTraceId: () => string
  strict: boolean
}

/** An event as a reaction needs it. */
type Received = Omit<DeliveredEvent, 'aggregate'>

/** How long a reaction and its calls may take. */
const TIMEOUT_MS = 30_000
/** How many commits share a transaction. More would save little, and hold locks for longer. */
const GROUP = 50
/** Few, because a process has few connections for transactions, which calls use too. */
const GROUPS_AT_ONCE = 3
/** How many events a batch reaction gets in one call. */
const BATCH = 500

/**
 * Runs the reactions of this process's modules to events. Each event takes effect once, as the commit of its reaction
 * includes its record in the inbox.
 */
export class Reactions {
  readonly #options: ReactionsOptions

  constructor(options: ReactionsOptions) {
    this.#options = options
  }

  /** How many events of a name a module handles at once, and how many of them `many()` accepts together. */
  capacityOf(consumer: string, name: string): { atOnce: number; batch: number } {
    const reaction = this.#options.modules.get(consumer)?.definition.reactions[name]
    return reaction && isBatched(reaction)
      ? { atOnce: BATCH, batch: BATCH }
      : { atOnce: GROUPS_AT_ONCE * GROUP, batch: GROUP }
  }

  /** Reacts to one event; does nothing when the inbox has it. */
  async one(consumer: string, event: Received): Promise<void> {
    await this.many(consumer, [event])[0]
  }

  /**
   * Reacts to events of one name and of different aggregates, in one transaction where possible. Returns a promise for
   * each event, which settles with its own result.
   */
  many(consumer: string, events: readonly Received[]): Promise<void>[] {
    const module = this.#options.modules.get(consumer)
    if (!module) return events.map(() => Promise.reject(misdirected(consumer)))
    const { name } = events[0]!
    const reaction = module.definition.reactions[name]
    if (reaction && isBatched(reaction)) return this.#batch(module, events)
    const group = new GroupCommit(this.#poolFor(module, name), consumer, events.length)
    return events.map(async (event) => {
      let hasJoined = false
      const commit = <Answer>(work: (sql: Sql) => Promise<Answer>) => {
        hasJoined = true
        return group.commit([event.id], work)
      }
      await this.#run(module, [event], commit).finally(() => hasJoined || group.leave())
    })
  }

  /** Reacts to all events in one call. When that fails, each event is tried separately, in order. */
  #batch(module: HostedModule, events: readonly Received[]): Promise<void>[] {
    const pool = this.#poolFor(module, events[0]!.name)
    const react = (batch: readonly Received[]) => {
      const ids = batch.map(({ id }) => id)
      return this.#run(module, batch, (work) => new GroupCommit(pool, module.name, 1).commit(ids, work))
    }
    const all = react(events)
    if (events.length === 1) return [all]
    let previous: Promise<unknown> = all.catch(() => {})
    return events.map((event) => {
      const one = all.catch(() => previous.then(() => react([event])))
      previous = Promise.allSettled([previous, one])
      return one
    })
  }

  async #run(
    module: HostedModule,
    events: readonly Received[],
    commitIn: <Answer>(work: (sql: Sql) => Promise<Answer>) => Promise<Answer>,
  ): Promise<void> {
    const { name } = events[0]!
    const reaction = module.definition.reactions[name]
    if (!reaction) {
      throw new Error(
        `Cannot deliver ${name} to ${module.name}: this version of ${module.name} has no reaction to it. Deploy a version that has one, or discard the event`,
      )
    }
    const payloads = events.map((event) => this.#payloadOf(event))
    const info = {
      caller: system(`event:${name}`),
      deadline: Date.now() + TIMEOUT_MS,
      traceId: this.#options.newTraceId(),
      openTransactions: 0,
    }
    const pool = this.#poolFor(module, name)
    const context = new HandlerContext(module, info, this.#options.services(), { pool, commitIn })
    module.running++
    try {
      const result: unknown = await (isBatched(reaction)
        ? reaction.react(payloads, context)
        : reaction(payloads[0], context))
      if (result === null || typeof result !== 'object' || !('committed' in result)) {
        throw new Error(
          `Cannot finish the reaction of ${module.name} to ${name}: it must end with context.commit()`,
        )
      }
    } catch (error) {
      if (await this.#options.isMoving(error, module)) throw misdirected(module.name)
      // Of a batch, perhaps only some events were handled before. The error makes `#batch` try each one separately.
      if (!(error instanceof AlreadyHandled) || events.length > 1) throw error
    } finally {
      module.running--
    }
  }

  #payloadOf({ name, payload }: Received): unknown {
    const spec = this.#options.specOf(name)
    // An emitter in another process may have another version of the contract.
    const known =
      spec && !this.#options.modules.has(emitterOf(name)) ? knownPayload(name, spec, payload) : payload
    if (this.#options.strict) deepFreeze(known)
    return known
  }

  /**
   * A commit in the emitter's own database need not wait for the disk: the deletion of the event's outbox row follows
   * it in the same log, so a crash cannot lose the commit alone. In another database the commit must be durable before
   * the emitter deletes the row.
   */
  #poolFor(module: HostedModule, name: string): Pool {
    const emitter = this.#options.modules.get(emitterOf(name))
    return emitter && emitter.database === module.database ? module.relaxedSql : module.durableSql
  }
}

function emitterOf(event: string): string {
  return event.slice(0, event.indexOf('.'))
}
