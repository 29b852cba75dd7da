import type { Connection } from './connection.ts'
import { connectionsEnded } from './errors.ts'

/**
 * Connections for transactions; one transaction at a time uses each. A transaction never changes its connection:
 * when the connection breaks, later statements fail, because on another connection each would commit on its own.
 */
export class TransactionConnections {
  readonly #open: () => Connection
  readonly #max: number
  readonly #connections = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiting: { resolve: (connection: Connection) => void; reject: (error: Error) => void }[] = []
  /** Connections in use to close after their transaction, because `renew` was called. */
  readonly #outdated = new Set<Connection>()
  #isClosed = false

  constructor(open: () => Connection, max: number) {
    this.#open = open
    this.#max = max
  }

  /**
   * Runs `work` with exclusive use of a connection, as soon as one is free. `work` must end each transaction it begins.
   */
  async with<Answer>(work: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    const connection = await this.#take()
    try {
      return await work(connection)
    } finally {
      this.#give(connection)
    }
  }

  /**
   * Runs all later transactions on new connections, because the current ones have prepared statements for a table that
   * has changed.
   */
  renew(): void {
    for (const idle of this.#idle.splice(0)) idle.destroy()
    for (const connection of this.#connections) if (!connection.isClosed) this.#outdated.add(connection)
  }

  /** Refuses further transactions, waits for running statements, at most `timeoutMs`, and closes all connections. */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true
    for (const { reject } of this.#waiting.splice(0)) reject(connectionsEnded())
    await Promise.all([...this.#connections].map((connection) => connection.close(timeoutMs)))
  }

  async #take(): Promise<Connection> {
    if (this.#isClosed) throw connectionsEnded()
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (!idle.isClosed) return idle
    if (this.#connections.size < this.#max) return this.#create()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
  }

  #give(connection: Connection): void {
    if (this.#outdated.delete(connection)) connection.destroy()
    const next = this.#waiting.shift()
    if (next) next.resolve(connection.isClosed ? this.#create() : connection)
    else if (!connection.isClosed) this.#idle.push(connection)
  }

  #create(): Connection {
    const connection = this.#open()
    this.#connections.add(connection)
    void connection.closed.then(() => {
      this.#connections.delete(connection)
      const index = this.#idle.indexOf(connection)
      if (index !== -1) this.#idle.splice(index, 1)
      // A transaction that found no free connection before this one closed is still waiting.
      if (this.#connections.size < this.#max) this.#waiting.shift()?.resolve(this.#create())
    })
    return connection
  }
}
