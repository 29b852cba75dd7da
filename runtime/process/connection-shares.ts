/** Connections of one process to one database, unless PANDO_DATABASE_CONNECTIONS says otherwise. */
export const DEFAULT_CONNECTIONS = 21
/** One for each purpose. */
export const MIN_CONNECTIONS = 5

/** Most connections of a pool: for single statements, and for transactions. */
export interface ConnectionShare {
  max: number
  transactions: number
}

/**
 * Divides the connections of a process to a database: most are for transactions, which wait between their statements; single
 * statements share theirs. One is left to listen.
 */
export function connectionShares(total: number): { durable: ConnectionShare; relaxed: ConnectionShare } {
  const part = (twentieths: number) => Math.max(1, Math.floor(((total - 1) * twentieths) / 20))
  return {
    durable: { max: part(4), transactions: part(8) },
    relaxed: { max: part(2), transactions: part(6) },
  }
}
