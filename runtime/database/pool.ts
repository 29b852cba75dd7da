import postgres from 'postgres'

/** What modules write SQL with: tagged templates of postgres.js, prepared and pipelined. */
export type Sql = postgres.Sql<{ bigint: number }>

/** Called for each statement that is sent; tests count with it. */
export type StatementObserver = (statement: string) => void

export interface PoolOptions {
  url: string
  /** Connections at the most; opened when needed. */
  max: number
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

export function openPool(options: PoolOptions): Sql {
  const observe = options.onStatement
  return postgres(options.url, {
    max: options.max,
    idle_timeout: 0,
    connect_timeout: 10,
    max_lifetime: null,
    types: { bigint },
    transform: { undefined: null },
    onnotice: () => {},
    ...(observe ? { debug: (_connection: number, statement: string) => observe(statement) } : {}),
    connection: {
      application_name: options.name,
      timezone: 'UTC',
      // A statement that runs longer than every deadline only holds locks that others wait for.
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
      ...(options.synchronousCommit === 'off' ? { synchronous_commit: 'off' } : {}),
      ...(options.role ? { role: options.role } : {}),
    },
  }) as unknown as Sql
}

/** A parameter for a `json` column, which keeps the text as it is; `sql.json()` is for `jsonb`, which does not. */
export function jsonText(sql: Sql, value: unknown) {
  return sql.typed(value as never, JSON_OID)
}

const JSON_OID = 114
