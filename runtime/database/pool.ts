import { Connection, type ConnectionOptions } from './connection.ts'
import { connectionsEnded, isResendable } from './errors.ts'
import { listen } from './listen.ts'
import { type Executor, type Row, type Rows, type Sql, sqlOf, type WireStatement } from './sql.ts'
import { TransactionConnections } from './transaction-connections.ts'

export interface PoolOptions extends ConnectionOptions {
  /** The maximum number of connections for single statements. They are opened when needed. */
  max: number
  /** The maximum number of connections for transactions. Default: `max`. */
  transactions?: number
}

/**
 * Sends all its statements over the same connection of a pool. They fail once this connection is closed. A crashing
 * server closes every connection, so a successful statement proves that the server has not crashed since the session's
 * first statement.
 */
export interface Session extends Sql {
  readonly isClosed: boolean
}

/** Runs single statements on shared connections. `transaction()` runs several in one transaction. */
export interface Pool extends Sql {
  /** Connections for transactions. */
  readonly transactions: TransactionConnections
  /**
   * Listens to a channel until `unlisten()`. Reconnects when the connection breaks.
   *
   * @param onListening is called after each connect: earlier messages may have been missed
   */
  listen(
    channel: string,
    onMessage: (message: string) => void,
    onListening?: () => void,
  ): Promise<{ unlisten: () => Promise<void> }>
  notify(channel: string, message: string): Promise<void>
  /** A session on one of the shared connections, which other statements use too. */
  session(): Session
  /**
   * Refuses further statements, waits for running ones, and closes all connections.
   *
   * @param options.timeout the longest wait, in seconds. Default: 5
   */
  end(options?: { timeout?: number }): Promise<void>
}

/**
 * Opens a pool. Its single statements share `max` connections, and its transactions have separate ones. Statements on a
 * busy connection are pipelined, and PostgreSQL does less work for a few connections than for many: in a measurement, a
 * whole purchase took a third less time. A transaction keeps its connection between its statements, so it would delay
 * single statements on a shared one.
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

/** Several connections may have a stale plan of the same statement, and each refuses it once. */
const MAX_SENDS = 8

/** A single statement is a transaction of its own, so it is safe to send it again. */
async function executeAlone(statement: WireStatement, choose: () => Connection): Promise<Rows<Row[]>> {
  for (let sends = 1; ; sends++) {
    try {
      return await choose().execute(statement)
    } catch (error) {
      if (sends === MAX_SENDS || !isResendable(error)) throw error
    }
  }
}

/** Connections that single statements share. A statement uses the one with the fewest statements in flight. */
class SharedConnections implements Executor {
  readonly #options: PoolOptions
  #connections: Connection[] = []
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  execute(statement: WireStatement): Promise<Rows<Row[]>> {
    return executeAlone(statement, () => this.#leastBusy())
  }

  session(): Session {
    const connection = this.#leastBusy()
    const sql = sqlOf({ execute: (statement) => executeAlone(statement, () => connection) })
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
