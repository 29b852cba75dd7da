import type { Sql } from './pool.ts'
import { type OpenClient, retire } from './renewed-client.ts'

interface Client {
  sql: Sql
  /** Its connection has closed, so it is never used again. */
  closed: boolean
}

/**
 * Connections for transactions, each used by one at a time. A transaction belongs to its connection: when that breaks,
 * no later statement of it may go out on another one, where it would commit by itself. So each has a client of its own,
 * which refuses all further statements when its connection has closed, and is replaced.
 */
export class TransactionPool {
  readonly #open: OpenClient
  readonly #max: number
  readonly #clients = new Set<Client>()
  readonly #idle: Client[] = []
  readonly #waiting: ((client: Client) => void)[] = []
  #isClosed = false

  constructor(open: OpenClient, max: number) {
    this.#open = open
    this.#max = max
  }

  /** Runs `work` with a connection of its own, as soon as one is free. `isAlive` tells whether that is still open. */
  async with<Answer>(work: (sql: Sql, isAlive: () => boolean) => Promise<Answer>): Promise<Answer> {
    const client = await this.#take()
    try {
      return await work(client.sql, () => !client.closed)
    } finally {
      this.#give(client)
    }
  }

  /** From now on all statements are refused, once those have ended that run. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#clients].map(({ sql }) => sql.end({ timeout: 5 })))
  }

  #take(): Client | Promise<Client> {
    const idle = this.#idle.pop()
    if (idle) return idle
    if (this.#clients.size < this.#max) return this.#create()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #give(client: Client): void {
    const next = this.#waiting.shift()
    if (!client.closed) {
      if (next) next(client)
      else this.#idle.push(client)
    } else if (next) next(this.#create())
  }

  #create(): Client {
    const sql = this.#open({ connected: () => {}, closed: () => this.#drop(client) })
    const client: Client = { sql, closed: false }
    this.#clients.add(client)
    if (this.#isClosed) this.#drop(client)
    return client
  }

  #drop(client: Client): void {
    client.closed = true
    this.#clients.delete(client)
    const index = this.#idle.indexOf(client)
    if (index !== -1) this.#idle.splice(index, 1)
    // From now on it refuses statements, where it would open another connection for them.
    void retire(client.sql, 0)
  }
}
