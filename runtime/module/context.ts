import type { Log } from '../base/log.ts'
import type { Caller } from '../contract/caller.ts'
import type { Contract, InputOf, MethodName, OutputOf } from '../contract/contract.ts'
import type { Sql } from '../database/sql.ts'

/** The contracts that a module may call, by name. */
export type Needs = Record<string, Contract>

/** Options of one call. */
export interface CallOptions {
  /**
   * The idempotency key of a command: repeats with the same key return the first answer. At most 255 characters.
   * Default: none, so each call is executed.
   */
  key?: string
  /** A shorter timeout than the method's own, in milliseconds. */
  timeoutMs?: number
}

/** The methods of all contracts in the module's needs, as functions. They throw `Failure`. */
export type Calls<Of extends Needs> = {
  readonly [Name in keyof Of]: {
    readonly [Method in MethodName<Of[Name]>]: (
      input: InputOf<Of[Name]['methods'][Method]>,
      options?: CallOptions,
    ) => Promise<OutputOf<Of[Name]['methods'][Method]>>
  }
}

/**
 * The context of every handler, reaction and page. Nothing in a module is ambient: it gets the caller, the clock and
 * the modules to call from here.
 */
export interface BaseContext<Of extends Needs, Services> {
  /** Sends statements to the module's own tables; inside a workflow's transaction, as a part of it. */
  readonly sql: Sql
  readonly calls: Calls<Of>
  readonly caller: Caller
  /** What the module's `setup` returned. */
  readonly services: Services
  readonly log: Log
  readonly traceId: string
  /**
   * The client's IPv4 address or IPv6 /64 network. Undefined for private addresses, which may belong to a proxy, and
   * when the call did not come through the edge. For rate limits, never for access control.
   */
  readonly clientNetwork: string | undefined
  /** The shop's clock; tests set it. */
  now(): Date
}
