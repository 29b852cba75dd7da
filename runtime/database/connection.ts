import pg from 'pg'
import {
  connectionsEnded,
  DatabaseUnreachable,
  isInvalid,
  isStalePlan,
  isUnknownStatement,
} from './errors.ts'
import type { Row, Rows, Wire } from './sql.ts'
import { columnTypes } from './values.ts'

/** Called for each statement that is sent; tests count with it. */
export type StatementObserver = (statement: string) => void

export interface ConnectionOptions {
  url: string
  /** Shown in pg_stat_activity. */
  name: string
  /** Commits wait for the disk (`on`, the default), or not (`off`: a crash of the database may lose the last fraction of a second, in order). */
  synchronousCommit?: 'on' | 'off'
  /** The role whose rights the connection has. Default: the URL's user. */
  role?: string
  onStatement?: StatementObserver | undefined
}

const CONNECT_TIMEOUT_MS = 10_000

/** For telling PostgreSQL that a connection is over, which it need not answer. */
const GOODBYE_MS = 1000

/**
 * One connection to PostgreSQL. Statements that are sent while others run travel behind them in a pipeline; each has a
 * transaction of its own unless one was begun. It connects at once, and never again: its owner replaces it.
 */
export class Connection {
  /** Resolves when it is closed, by either side, and when it could not be opened. */
  readonly closed: Promise<void>
  readonly #client: pg.Client
  readonly #observe: StatementObserver | undefined
  /** By their texts. */
  readonly #statements = new Map<string, PreparedStatement>()
  #prepared = 0
  #inFlight = 0
  /** Why it takes no statements any more. */
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

  /** Statements that were sent and are not answered. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether it takes no statements any more: it has closed, or could not be opened. */
  get isClosed(): boolean {
    return this.#closedBy !== undefined
  }

  /**
   * Sends a statement; those that are sent before it connects wait for that.
   *
   * @throws DatabaseUnreachable, what refused the connection, or PostgreSQL's error
   */
  execute({ text, values, prepared }: Wire): Promise<Rows<Row[]>> {
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
            const cause = statement ? this.#refused(text, statement, error) : error
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

  /** Waits for the statements that run, at most so long, and closes. A repeat does no harm. */
  async close(timeoutMs: number): Promise<void> {
    if (!this.isClosed) {
      if (this.#inFlight > 0)
        await within(timeoutMs, new Promise<void>((resolve) => (this.#whenIdle = resolve)))
      this.#closedBy ??= connectionsEnded()
      await within(GOODBYE_MS, this.#client.end())
    }
    this.destroy()
  }

  /** Closes without waiting; statements that run fail with DatabaseUnreachable. */
  destroy(): void {
    this.#closedBy ??= broken()
    // The driver has no method for it.
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
   * Has a statement prepared under a new name the next time when PostgreSQL may not know it, or its plan is of no use any
   * more. Never under the same name: what is under way in the pipeline may have prepared that meanwhile. Answers why it was
   * refused: one that travelled behind a statement with an invalid text is invalid for the same reason.
   */
  #refused(text: string, statement: PreparedStatement, error: Error): Error {
    const isUsable = statement.isKnown && !isStalePlan(error) && !isUnknownStatement(error)
    if (!isUsable && this.#statements.get(text) === statement) this.#statements.delete(text)
    if (!statement.isKnown && isInvalid(error)) statement.invalid ??= error
    return (isUnknownStatement(error) && statement.invalid) || error
  }
}

/** A text that is prepared on a connection, or about to be. */
interface PreparedStatement {
  name: string
  /** PostgreSQL has executed it, so that it knows the name. */
  isKnown: boolean
  /** Why PostgreSQL could not prepare it. */
  invalid: Error | undefined
}

function clientOptions(options: ConnectionOptions): pg.ClientConfig {
  const url = new URL(options.url)
  // Of libpq's parameters in the URL, only `options` is also ours.
  const given = url.searchParams.get('options')
  url.searchParams.delete('options')
  // As libpq reads sslmode: `require` encrypts without a certificate of a known authority.
  if (!url.searchParams.has('uselibpqcompat')) url.searchParams.set('uselibpqcompat', 'true')
  return {
    connectionString: url.href,
    pipeline: true,
    keepAlive: true,
    application_name: options.name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: columnTypes as pg.CustomTypesConfig,
    options: [given, ...settingsOf(options).map(([name, value]) => `-c ${name}=${value}`)]
      .filter(Boolean)
      .join(' '),
  }
}

function settingsOf(options: ConnectionOptions): [name: string, value: string][] {
  return [
    ['timezone', 'UTC'],
    // A statement that runs longer than every deadline only holds locks that others wait for.
    ['statement_timeout', '60000'],
    // No transaction waits for anything but its own statements: a stopped process would keep its locks.
    ['idle_in_transaction_session_timeout', '5000'],
    // Statements are planned once a connection: with lists as parameters PostgreSQL would plan each time anew, which
    // takes longer than the work (0.3 of 0.5 ms for the variants of a cart).
    ['plan_cache_mode', 'force_generic_plan'],
    // So a plan must not depend on how full a table was when it was made: reading all of a table is right for an empty
    // one, and wrong for a full one, but an index is right for both.
    ['enable_seqscan', 'off'],
    ...(options.synchronousCommit === 'off' ? [['synchronous_commit', 'off'] as [string, string]] : []),
    ...(options.role ? [['role', options.role] as [string, string]] : []),
  ]
}

/** The rows of the last statement, with their count. */
function rowsOf(result: pg.QueryResult | pg.QueryResult[]): Rows<Row[]> {
  const { rows, rowCount, command } = Array.isArray(result) ? result.at(-1)! : result
  // Not enumerable: for those who compare or print them, rows are an array like any other.
  return Object.defineProperties(rows, {
    count: { value: rowCount ?? 0 },
    command: { value: command },
  }) as Rows<Row[]>
}

/** The driver's own errors of a connection that broke have no code. */
function unreachable(error: unknown): unknown {
  const { message, code } = error as Error & { code?: unknown }
  if (typeof code === 'string') return error
  return /timeout expired/.test(message)
    ? new DatabaseUnreachable('CONNECT_TIMEOUT', 'PostgreSQL does not answer', error)
    : broken(error)
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
