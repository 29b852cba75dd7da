import { roleOf } from '../database/migrate.ts'
import { openPool, type Pool, type StatementObserver } from '../database/pool.ts'
import { type ConnectionShare, connectionShares } from './connection-shares.ts'
import { DatabaseProbe } from './database-probe.ts'

export interface DatabasesOptions {
  /** The URL of the database with the tables of a module. */
  urlOf: (module: string) => string
  /** The name of the process in pg_stat_activity. */
  name: string
  /** For tests: each module works under its own role. */
  enforceRoles: boolean
  /** Maximum connections to one database. */
  connections: number
  onStatement: StatementObserver | undefined
}

/** One database of this process, with the pools that its modules share. */
export interface Database {
  url: string
  /** Commits wait for the disk. */
  durable: Pool
  /** Commits do not wait for the disk: a crash of the database may lose those of the last fraction of a second. */
  relaxed: Pool
  /** Checks whether the database can be used. */
  probe: DatabaseProbe
  modules: string[]
}

/** The databases of a process. Modules in the same database share pools; in tests each has a pool for its role. */
export class Databases {
  readonly #options: DatabasesOptions
  readonly #databases = new Map<string, Database>()
  readonly #rolePools = new Map<string, Pool>()
  readonly #pools = new Set<Pool>()

  constructor(options: DatabasesOptions) {
    this.#options = options
  }

  /** The database of a module with tables. Its pools connect on the first statement. */
  of(module: string): Database {
    const url = this.#options.urlOf(module)
    let database = this.#databases.get(url)
    if (!database) {
      const shares = connectionShares(this.#options.connections)
      const relaxed = this.#open(url, { ...shares.relaxed, synchronousCommit: 'off' })
      database = {
        url,
        durable: this.#open(url, shares.durable),
        relaxed,
        probe: new DatabaseProbe(relaxed),
        modules: [],
      }
      this.#databases.set(url, database)
    }
    if (!database.modules.includes(module)) database.modules.push(module)
    return database
  }

  /** The pool for the statements of a module. */
  poolOf(module: string, durability: 'durable' | 'relaxed'): Pool {
    const database = this.of(module)
    if (!this.#options.enforceRoles) return database[durability]
    let pool = this.#rolePools.get(module)
    if (!pool) {
      pool = this.#open(database.url, { max: 2, transactions: 2, role: roleOf(module) })
      this.#rolePools.set(module, pool)
    }
    return pool
  }

  /** Releases the database of a module, and closes pools that no other module uses. */
  async release(module: string): Promise<void> {
    const url = this.#options.urlOf(module)
    const database = this.#databases.get(url)
    if (!database) return
    database.modules = database.modules.filter((each) => each !== module)
    const pools = [this.#rolePools.get(module)]
    this.#rolePools.delete(module)
    if (database.modules.length === 0) {
      this.#databases.delete(url)
      pools.push(database.durable, database.relaxed)
    }
    for (const pool of pools) {
      if (!pool) continue
      this.#pools.delete(pool)
      await pool.end({ timeout: 5 })
    }
  }

  all(): Database[] {
    return [...this.#databases.values()]
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools].map((sql) => sql.end({ timeout: 5 })))
  }

  #open(url: string, settings: ConnectionShare & { synchronousCommit?: 'off'; role?: string }): Pool {
    const { name, onStatement } = this.#options
    const sql = openPool({ url, name, onStatement, ...settings })
    this.#pools.add(sql)
    return sql
  }
}
