import postgres from 'postgres'
import { arrayTypes } from './array-types.ts'
import { type ClientEvents, openRenewed } from './renewed-client.ts'
import { TransactionPool } from './transaction-pool.ts'

/** What modules write SQL with: tagged templates of postgres.js, prepared and pipelined. */
export type Sql = postgres.Sql<{ bigint: number }>

/** Called for each statement that is sent; tests count with it. */
export type StatementObserver = (statement: string) => void

// A date that is none is left for PostgreSQL to refuse: an error while postgres.js writes would leave the connection stuck.
const date = {
  to: 1184,
  from: [1082, 1114, 1184],
  serialize: (value: Date | string) =>
    value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : String(value),
  parse: (text: string) => new Date(text),
}

export interface PoolOptions {
  url: string
  /** Connections for single statements at the most; opened when needed. */
  max: number
  /** Connections for transactions at the most; `max` unless told. */
  transactions?: number
  /** Shown in pg_stat_activity. */
  name: string
  /** Commits wait for the disk (`on`), or not (`off`: a crash of the database may lose the last fraction of a second, in order). */
  synchronousCommit?: 'on' | 'off'
  /** The role whose rights the connections have. */
  role?: string
  onStatement?: StatementObserver | undefined
}

// int8 arrives as a number: amounts, counts and positions stay far below 2^53, and a string would sort and add wrongly.
const bigint = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (text: string) => Number(text),
}

/**
 * Opens a pool whose single statements share `max` connections and whose transactions have others. Statements that
 * follow each other on a busy connection travel together, and PostgreSQL answers a few connections with less work than
 * many: a whole purchase took a third less of its time. A transaction waits, so it must not stand in their way.
 */
export function openPool(options: PoolOptions): Sql {
  const transactions = new TransactionPool(
    (events) => open(options, 1, events),
    options.transactions ?? options.max,
  )
  const sql = openRenewed(
    (events) => open(options, options.max, events),
    () => transactions.close(),
  )
  transactionPools.set(sql, transactions)
  return sql
}

const transactionPools = new WeakMap<Sql, TransactionPool>()

/** Where the transactions of a pool run. */
export function transactionPoolOf(sql: Sql): TransactionPool {
  return transactionPools.get(sql)!
}

function open(options: PoolOptions, max: number, events: ClientEvents): Sql {
  const observe = options.onStatement
  return postgres(options.url, {
    max,
    idle_timeout: 0,
    connect_timeout: 10,
    backoff: reconnectAfterS,
    max_lifetime: null,
    fetch_types: false,
    types: { bigint, date, ...arrayTypes(date) },
    transform: { undefined: null },
    onnotice: () => {},
    onclose: events.closed,
    // PostgreSQL tells its parameters as soon as it has let one in.
    onparameter: events.connected,
    ...(observe ? { debug: (_connection: number, statement: string) => observe(statement) } : {}),
    connection: {
      application_name: options.name,
      timezone: 'UTC',
      // A statement that runs longer than every deadline only holds locks that others wait for.
      statement_timeout: 60_000,
      // No transaction waits for anything but its own statements: whose process was stopped would keep its locks.
      idle_in_transaction_session_timeout: 5000,
      // Statements are prepared, and planned once a connection: with lists as parameters PostgreSQL would plan each
      // time anew, which took longer than the work (0.3 of 0.5 ms for the variants of a cart).
      plan_cache_mode: 'force_generic_plan',
      ...(options.synchronousCommit === 'off' ? { synchronous_commit: 'off' } : {}),
      ...(options.role ? { role: options.role } : {}),
    },
  }) as unknown as Sql
}

/**
 * How many seconds a connection that failed so many times in a row waits. Never long: a database that is back after a
 * minute would else be taken for gone for another twenty seconds.
 */
function reconnectAfterS(failures: number): number {
  return (0.5 + Math.random() / 2) * Math.min(3 ** failures / 100, 1)
}

/** A parameter for a `json` column, which keeps the text as it is; `sql.json()` is for `jsonb`, which does not. */
export function jsonText(sql: Sql, value: unknown) {
  return sql.typed(value as never, JSON_OID)
}

const JSON_OID = 114
