import type { Caller } from '../contract/caller.ts'

/** Data about a call, passed on to the calls that it makes. */
export interface CallInfo {
  caller: Caller
  /** When the calling side stops waiting, in milliseconds since the epoch. */
  deadline: number
  traceId: string
  /** How many transactions the calling handler has open. A call inside a transaction is refused. */
  openTransactions: number
  /** The caller's module, or `edge`; unset for the CLI and jobs. */
  readonly from?: string | undefined
  /** The network of the client's request (`clientNetwork`); unset when the call did not come through the edge. */
  readonly clientNetwork?: string | undefined
}
