import type { Caller } from '../contract/caller.ts'

/** What travels with a call. */
export interface CallInfo {
  caller: Caller
  /** When the asker stops waiting, in milliseconds since the epoch. */
  deadline: number
  traceId: string
  /** How many transactions the asking handler holds open; a call in one is a mistake. */
  openTransactions: number
  /** Who asks: a module's name or `edge`; unset for the command line and the like. */
  readonly from?: string | undefined
  /** Where the client's request came from (`clientNetwork`); unset where no client asked over the edge. */
  readonly clientNetwork?: string | undefined
}
