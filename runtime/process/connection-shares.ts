/** The default of PANDO_DATABASE_CONNECTIONS: connections of one process to one database. */
export const DEFAULT_CONNECTIONS = 21
/** One for notifications, and one for each of the four members that `connectionShares` returns. */
export const MIN_CONNECTIONS = 5

/** The maximum connections of a pool. */
export interface ConnectionShare {
  /** For single statements. */
  max: number
  transactions: number
}

/**
 * Divides the connections of a process to a database between its pools. Transactions get most, because they keep a
 * connection between their statements; single statements share connections. One connection remains for notifications.
 */
export function connectionShares(total: number): { durable: ConnectionShare; relaxed: ConnectionShare } {
  const part = (twentieths: number) => Math.max(1, Math.floor(((total - 1) * twentieths) / 20))
  return {
    durable: { max: part(4), transactions: part(8) },
    relaxed: { max: part(2), transactions: part(6) },
  }
}
