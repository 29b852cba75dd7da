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
  /** What its emitter's contract says of an event, as far as it is known here. */
  specOf: (event: string) => EventSpec | undefined
  /** Whether it failed because the module is on its way to another process, or has gone there. */
  isMoving: (error: unknown, module: HostedModule) => Promise<boolean>
  newTraceId: () => string
  strict: boolean
}

/** All that reacting to an event needs of it. */
type Received = Omit<DeliveredEvent, 'aggregate'>

const TIMEOUT_MS = 30_000
/** Commits that share a transaction: more save little, and hold their locks for longer. */
const GROUP = 50
/** The transactions of a process have few connections, which others use too. */
const GROUPS_AT_ONCE = 3
const BATCH = 500

/** Lets the modules here react to events: each has its effect once, as its commit and its record in the inbox are one. */
export class Reactions {
  readonly #options: ReactionsOptions

  constructor(options: ReactionsOptions) {
    this.#options = options
  }

  /** To how many events of a name a module reacts at once, and how many of them may be handed over together. */
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
   * Reacts to events of one name and of different aggregates, in one transaction where that does no harm; answers what
   * becomes of each.
   */
  many(consumer: string, events: readonly Received[]): Promise<void>[] {
    const module = this.#options.modules.get(consumer)
    if (!module) return events.map(() => Promise.reject(misdirected(consumer)))
    const { name } = events[0]!
    const reaction = module.definition.reactions[name]
    if (reaction && isBatched(reaction)) return this.#batch(module, events)
    const group = new GroupCommit(this.#poolFor(module, name), consumer, events.length)
    return events.map(async (event) => {
      let hasCommitted = false
      const commit = <Answer>(work: (sql: Sql) => Promise<Answer>) => {
        hasCommitted = true
        return group.commit([event.id], work)
      }
      await this.#run(module, [event], commit).finally(() => hasCommitted || group.leave())
    })
  }

  /** All in one; where one is bad, they are tried one after the other. */
  #batch(module: HostedModule, events: readonly Received[]): Promise<void>[] {
    const pool = this.#poolFor(module, events[0]!.name)
    const react = (some: readonly Received[]) => {
      const ids = some.map(({ id }) => id)
      return this.#run(module, some, (work) => new GroupCommit(pool, module.name, 1).commit(ids, work))
    }
    const all = react(events)
    if (events.length === 1) return [all]
    let before: Promise<unknown> = all.catch(() => {})
    return events.map((event) => {
      const one = all.catch(() => before.then(() => react([event])))
      before = Promise.allSettled([before, one])
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
        `Cannot deliver ${name} to ${module.name}: this version of it has no reaction to it. Deploy one that has, or discard the event`,
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
      // Of several, only some: each is tried alone.
      if (!(error instanceof AlreadyHandled) || events.length > 1) throw error
    } finally {
      module.running--
    }
  }

  #payloadOf({ name, payload }: Received): unknown {
    const spec = this.#options.specOf(name)
    // From another process, it may be of another version.
    const known =
      spec && !this.#options.modules.has(emitterOf(name)) ? knownPayload(name, spec, payload) : payload
    if (this.#options.strict) deepFreeze(known)
    return known
  }

  /**
   * In the emitter's database, what is committed is on the disk before the deletion of the event's own record; elsewhere
   * it must be there before the emitter is answered.
   */
  #poolFor(module: HostedModule, name: string): Pool {
    const emitter = this.#options.modules.get(emitterOf(name))
    return emitter?.database === module.database ? module.relaxedSql : module.durableSql
  }
}

function emitterOf(event: string): string {
  return event.slice(0, event.indexOf('.'))
}
