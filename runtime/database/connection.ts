import pg from 'pg'
import {
  connectionsEnded,
  DatabaseUnreachable,
  isInvalid,
  isStalePlan,
  isUnknownStatement,
} from './errors.ts'
import type { Row, Rows, WireStatement } from './sql.ts'
import { columnTypes } from './values.ts'

/** Is called for each statement that is sent. Tests count statements with it. */
export type StatementObserver = (statement: string) => void

export interface ConnectionOptions {
  url: string
  /** Shown in pg_stat_activity. */
  name: string
  /**
   * `on`: a commit waits for the disk. `off`: it does not, and a crash of the database may lose the commits of the last
   * fraction of a second, the latest ones first. Default: `on`.
   */
  synchronousCommit?: 'on' | 'off'
  /** The role whose rights the connection has. Default: the URL's user. */
  role?: string
  onStatement?: StatementObserver | undefined
}

const CONNECT_TIMEOUT_MS = 10_000

/** How long `close` waits until PostgreSQL has closed the connection too, which it need not do. */
const TERMINATE_MS = 1000

/**
 * One connection to PostgreSQL. Statements that are sent while others run are pipelined. Each is a transaction of its
 * own unless `begin` was sent. It connects at once and never reconnects: the pool or `listen` replaces it.
 */
export class Connection {
  /** Resolves when either side has closed the connection, or when it could not be opened. */
  readonly closed: Promise<void>
  readonly #client: pg.Client
  readonly #observe: StatementObserver | undefined
  /** Prepared statements by their texts. */
  readonly #statements = new Map<string, PreparedStatement>()
  #prepared = 0
  #inFlight = 0
  /** The error with which it refuses statements; undefined while it accepts them. */
  #closedBy: unknown
  #whenIdle: (() => void) | undefined

  constructor(options: ConnectionOptions) {
    this.#observe = options.onStatement
    this.#client = new pg.Client(clientOptions(options))
    this.#client.on('error', (error) => {
      this.#closedBy ??= unreachable(error)
      this.destroy()
    })
    this.closed = new Promise((resolve) => {
      this.#client.once('end', () => {
        this.#closedBy ??= broken()
        resolve()
      })
    })
    this.#client.connect().catch((error: unknown) => {
      this.#closedBy ??= unreachable(error)
    })
  }

  /** The number of statements that were sent and are not answered yet. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether the connection accepts no more statements: it is closed, or could not be opened. */
  get isClosed(): boolean {
    return this.#closedBy !== undefined
  }

  /**
   * Sends a statement. Until the connection is open, statements wait for it.
   *
   * @throws DatabaseUnreachable, the error that refused the connection, or PostgreSQL's error for the statement
   */
  execute({ text, values, prepared }: WireStatement): Promise<Rows<Row[]>> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy)
    this.#observe?.(text)
    this.#inFlight++
    const statement = prepared ? this.#prepare(text) : undefined
    return new Promise((resolve, reject) => {
      this.#client.query(
        statement ? { name: statement.name, text, values } : { text, values },
        (error, result) => {
          if (--this.#inFlight === 0) this.#whenIdle?.()
          if (error) {
            const cause = statement ? this.#forgetRefused(text, statement, error) : error
            reject(cause instanceof pg.DatabaseError ? cause : (this.#closedBy ?? unreachable(error)))
          } else {
            if (statement) statement.isKnown = true
            resolve(rowsOf(result))
          }
        },
      )
    })
  }

  /** Calls `onMessage` with the channel and the text of each notification. */
  onNotification(onMessage: (channel: string, text: string) => void): void {
    this.#client.on('notification', ({ channel, payload }) => onMessage(channel, payload ?? ''))
  }

  /**
   * Waits for running statements, at most `timeoutMs`, and closes. Accepts statements until then. Safe to call
   * repeatedly.
   */
  async close(timeoutMs: number): Promise<void> {
    if (!this.isClosed) {
      if (this.#inFlight > 0)
        await within(timeoutMs, new Promise<void>((resolve) => (this.#whenIdle = resolve)))
      this.#closedBy ??= connectionsEnded()
      await within(TERMINATE_MS, this.#client.end())
    }
    this.destroy()
  }

  /** Closes without waiting. Running statements fail with DatabaseUnreachable. */
  destroy(): void {
    this.#closedBy ??= broken()
    // The driver has no method that closes at once.
    const { connection } = this.#client as unknown as { connection: { stream: { destroy(): void } } }
    connection.stream.destroy()
  }

  #prepare(text: string): PreparedStatement {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = { name: `s${++this.#prepared}`, isKnown: false, invalid: undefined }
      this.#statements.set(text, statement)
    }
    return statement
  }

  /**
   * Forgets a refused statement that PostgreSQL may not have prepared, or whose plan is stale, so that it is prepared
   * again under a new name. The old name is not reused, as other statements in the pipeline may have prepared it
   * meanwhile.
   *
   * @returns the cause of the refusal. When an earlier statement in the pipeline could not be prepared because its text
   * is invalid, later ones of the same text get that error instead of "unknown statement"
   */
  #forgetRefused(text: string, statement: PreparedStatement, error: Error): Error {
    const isUsable = statement.isKnown && !isStalePlan(error) && !isUnknownStatement(error)
    if (!isUsable && this.#statements.get(text) === statement) this.#statements.delete(text)
    if (!statement.isKnown && isInvalid(error)) statement.invalid ??= error
    return (isUnknownStatement(error) && statement.invalid) || error
  }
}

/** A statement that is prepared on a connection, or being prepared. */
interface PreparedStatement {
  name: string
  /** PostgreSQL has executed the statement, so it knows the name. */
  isKnown: boolean
  /** Why PostgreSQL could not prepare it. */
  invalid: Error | undefined
}

function clientOptions(options: ConnectionOptions): pg.ClientConfig {
  const url = new URL(options.url)
  // `options` is the only libpq parameter that Pando sets too, so the two values are joined.
  const urlOptions = url.searchParams.get('options')
  url.searchParams.delete('options')
  // Reads sslmode as libpq does: `require` encrypts, but does not verify the server's certificate.
  if (!url.searchParams.has('uselibpqcompat')) url.searchParams.set('uselibpqcompat', 'true')
  return {
    connectionString: url.href,
    pipeline: true,
    keepAlive: true,
    application_name: options.name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: columnTypes as pg.CustomTypesConfig,
    options: [urlOptions, ...settingsOf(options).map(([name, value]) => `-c ${name}=${value}`)]
      .filter(Boolean)
      .join(' '),
  }
}

function settingsOf(options: ConnectionOptions): [name: string, value: string][] {
  return [
    ['timezone', 'UTC'],
    // No caller waits longer than this, so a longer statement would only hold its locks.
    ['statement_timeout', '60000'],
    // A transaction is idle only between its own statements. A longer pause means a stopped process, which would keep
    // its locks.
    ['idle_in_transaction_session_timeout', '5000'],
    // Plans each statement once per connection. By default PostgreSQL would plan a statement with lists as parameters
    // each time, which takes longer than executing it (0.3 of 0.5 ms for the variants of a cart).
    ['plan_cache_mode', 'force_generic_plan'],
    // A plan must not depend on the size of a table when the plan was made. A sequential scan suits an empty table and
    // is wrong for a full one; an index suits both.
    ['enable_seqscan', 'off'],
    ...(options.synchronousCommit === 'off' ? [['synchronous_commit', 'off'] as [string, string]] : []),
    ...(options.role ? [['role', options.role] as [string, string]] : []),
  ]
}

/** The rows of the last statement, with their count and the command. */
function rowsOf(result: pg.QueryResult | pg.QueryResult[]): Rows<Row[]> {
  const { rows, rowCount, command } = Array.isArray(result) ? result.at(-1)! : result
  // The properties are not enumerable, so that rows compare and print like any other array.
  return Object.defineProperties(rows, {
    count: { value: rowCount ?? 0 },
    command: { value: command },
  }) as Rows<Row[]>
}

/**
 * Converts the driver's own errors, which have no code, to DatabaseUnreachable, and the errors of all addresses of a host
 * name to one error. Returns other errors unchanged.
 */
function unreachable(error: unknown): unknown {
  if (error instanceof AggregateError) return firstOf(error.errors as Error[])
  const { message, code } = error as Error & { code?: unknown }
  if (typeof code === 'string') return error
  return /timeout expired/.test(message)
    ? new DatabaseUnreachable('CONNECT_TIMEOUT', 'PostgreSQL does not answer', error)
    : broken(error)
}

/** Node.js reports one error for each address of a host name, in an AggregateError without a message. */
function firstOf(errors: readonly Error[]): Error {
  return Object.assign(errors[0]!, { message: errors.map(({ message }) => message).join(', ') })
}

function broken(cause?: unknown): DatabaseUnreachable {
  return new DatabaseUnreachable('CONNECTION_CLOSED', 'The connection to PostgreSQL broke', cause)
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work.catch(() => {}), timeout])
  clearTimeout(timer)
}
