import { Connection, type ConnectionOptions } from './connection.ts'
import { connectionsEnded, isRefusedOnce } from './errors.ts'
import { listen } from './listen.ts'
import { type Executor, type Row, type Rows, type Sql, sqlOf, type Wire } from './sql.ts'
import { TransactionConnections } from './transaction-connections.ts'

export interface PoolOptions extends ConnectionOptions {
  /** Connections for single statements at the most; opened when needed. */
  max: number
  /** Connections for transactions at the most. Default: `max`. */
  transactions?: number
}

/**
 * Statements on one connection of a pool, and on no other: once that is closed, they all fail. A server that crashes closes
 * every connection, so an answer proves that there was no crash since the session's first one.
 */
export interface Session extends Sql {
  readonly isClosed: boolean
}

/** Single statements on shared connections; `transaction()` runs several in one. */
export interface Pool extends Sql {
  /** Connections for transactions. */
  readonly transactions: TransactionConnections
  /**
   * Listens to a channel until `unlisten()`, also over broken connections.
   *
   * @param onListening is called after each connect: what was sent before may have been missed
   */
  listen(
    channel: string,
    onMessage: (message: string) => void,
    onListening?: () => void,
  ): Promise<{ unlisten: () => Promise<void> }>
  notify(channel: string, message: string): Promise<void>
  /** Keeps to one of the shared connections, which other statements use too. */
  session(): Session
  /** Refuses further statements, waits for those that run, at most `timeout` seconds (default 5), and closes all connections. */
  end(options?: { timeout?: number }): Promise<void>
}

/**
 * Opens a pool whose single statements share `max` connections and whose transactions have others. Statements that
 * follow each other on a busy connection travel together, and PostgreSQL answers a few connections with less work than
 * many: a whole purchase took a third less of its time. A transaction waits, so it must not stand in their way.
 */
export function openPool(options: PoolOptions): Pool {
  const shared = new SharedConnections(options)
  const transactions = new TransactionConnections(
    () => new Connection(options),
    options.transactions ?? options.max,
  )
  const ended = new AbortController()
  const sql = sqlOf(shared)
  return Object.assign(sql, {
    transactions,
    async listen(channel: string, onMessage: (message: string) => void, onListening = () => {}) {
      const stopped = new AbortController()
      const signal = AbortSignal.any([stopped.signal, ended.signal])
      await listen(options, channel, { onMessage, onListening, signal })
      return { unlisten: async () => stopped.abort() }
    },
    async notify(channel: string, message: string) {
      await sql`select pg_notify(${channel}, ${message})`
    },
    session: () => shared.session(),
    async end({ timeout = 5 }: { timeout?: number } = {}) {
      ended.abort()
      await Promise.all([shared.close(timeout * 1000), transactions.close(timeout * 1000)])
    },
  })
}

/** Each of several connections may know a plan that is of no use, and each refuses it once. */
const MAX_SENDS = 8

/** A statement alone is its own transaction, so one that was refused is sent again. */
async function executeAlone(wire: Wire, choose: () => Connection): Promise<Rows<Row[]>> {
  for (let sends = 1; ; sends++) {
    try {
      return await choose().execute(wire)
    } catch (error) {
      if (sends === MAX_SENDS || !isRefusedOnce(error)) throw error
    }
  }
}

/** Connections that single statements share: each takes the one with the least to do. */
class SharedConnections implements Executor {
  readonly #options: PoolOptions
  #connections: Connection[] = []
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  execute(wire: Wire): Promise<Rows<Row[]>> {
    return executeAlone(wire, () => this.#leastBusy())
  }

  session(): Session {
    const connection = this.#leastBusy()
    const sql = sqlOf({ execute: (wire) => executeAlone(wire, () => connection) })
    return Object.defineProperty(sql as Session, 'isClosed', { get: () => connection.isClosed })
  }

  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#connections.map((connection) => connection.close(timeoutMs)))
  }

  #leastBusy(): Connection {
    if (this.#isClosed) throw connectionsEnded()
    this.#connections = this.#connections.filter(({ isClosed }) => !isClosed)
    let best: Connection | undefined
    for (const connection of this.#connections) {
      if (connection.inFlight === 0) return connection
      if (!best || connection.inFlight < best.inFlight) best = connection
    }
    if (best && this.#connections.length >= this.#options.max) return best
    const opened = new Connection(this.#options)
    this.#connections.push(opened)
    return opened
  }
}

export type { StatementObserver } from './connection.ts'
export type { Sql } from './sql.ts'
