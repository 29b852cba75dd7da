import type { Log } from '../base/log.ts'
import type { Caller } from '../contract/caller.ts'
import type { Contract, InputOf, MethodName, OutputOf } from '../contract/contract.ts'
import type { Sql } from '../database/sql.ts'

/** The contracts that a module may call, by name. */
export type Needs = Record<string, Contract>

/** Options of one call. Without a key, a command is executed each time that it is called. */
export interface CallOptions {
  /** Repeats with the same key return the first answer. At most 255 characters. */
  key?: string
  /** Shortens the method's own timeout, in milliseconds. */
  timeoutMs?: number
}

/** The methods of every needed contract as functions. They throw `Failure`. */
export type Calls<Of extends Needs> = {
  readonly [Name in keyof Of]: {
    readonly [Method in MethodName<Of[Name]>]: (
      input: InputOf<Of[Name]['methods'][Method]>,
      options?: CallOptions,
    ) => Promise<OutputOf<Of[Name]['methods'][Method]>>
  }
}

/** What every handler, reaction and page gets. Nothing in a module is ambient: who asks, what time it is and whom to call stand here. */
export interface BaseContext<Of extends Needs, Services> {
  /** The module's own tables; inside a workflow's transaction, that transaction. */
  readonly sql: Sql
  readonly calls: Calls<Of>
  readonly caller: Caller
  readonly services: Services
  readonly log: Log
  readonly traceId: string
  /**
   * The client's IPv4 address or IPv6 /64; undefined for private addresses, which may be a proxy's, and where no client
   * asked over the edge. For limits, never for access.
   */
  readonly clientNetwork: string | undefined
  /** The shop's clock; tests set it. */
  now(): Date
}
