/** The default of PANDO_DATABASE_CONNECTIONS: connections of one process to one database. */
export const DEFAULT_CONNECTIONS = 21
/** One connection for each of the five uses that `connectionShares` divides between. */
export const MIN_CONNECTIONS = 5

/** The maximum connections of a pool for single statements, and for transactions. */
export interface ConnectionShare {
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
