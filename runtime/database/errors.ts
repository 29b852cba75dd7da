import pg from 'pg'

/**
 * The database could not be reached, the connection broke, or the pool is closed. The statement may have been executed.
 */
export class DatabaseUnreachable extends Error {
  /**
   * `CONNECTION_CLOSED`: the connection broke; `CONNECT_TIMEOUT`: the server did not answer; `CONNECTION_ENDED`: this
   * process closed the pool.
   */
  readonly code: string

  constructor(
    code: 'CONNECTION_CLOSED' | 'CONNECT_TIMEOUT' | 'CONNECTION_ENDED',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'DatabaseUnreachable'
    this.code = code
  }
}

/** The error of all statements after this process has closed its connections. */
export function connectionsEnded(): DatabaseUnreachable {
  return new DatabaseUnreachable('CONNECTION_ENDED', 'The connections to PostgreSQL are closed')
}

/** The SQLSTATE of an error from PostgreSQL (PostgreSQL, appendix A); undefined for other errors. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/**
 * The function of PostgreSQL's source that raised an error; undefined for other errors. Unlike the message, it does not
 * depend on the language of the server.
 */
export function routineOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.routine : undefined
}

/** Whether the user lacks a right (42501 insufficient_privilege). */
export function isDenied(error: unknown): boolean {
  return sqlState(error) === '42501'
}

/** Whether a unique index refused a row (23505 unique_violation): another transaction has written the same key. */
export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === '23505'
}

/** The schema that PostgreSQL or a `raise … using schema` named in an error; undefined when there is none. */
export function schemaOfError(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.schema : undefined
}

/** Whether the database could not be reached, or the connection broke. The statement may have been executed. */
export function isUnreachable(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  if (typeof code !== 'string') return false
  // PostgreSQL refused or ended the connection.
  if (severity === 'FATAL') return true
  // Class 57P: the server is shutting down or starting up; class 08: connection exceptions; 53300: too many
  // connections.
  return /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ENOENT|ETIMEDOUT|57P0|08|53300)/.test(code)
}

/**
 * Conditions of the server under which PostgreSQL refuses statements for a while, by SQLSTATE. Nothing was executed.
 */
const OUT_OF_SERVICE = new Map([
  ['25006', 'it accepts no writes'],
  ['53000', 'it has too few resources'],
  ['53100', 'its disk is full'],
  ['53200', 'its memory is full'],
  ['53400', 'it has reached a configured limit'],
  ['58030', 'its disk has an I/O error'],
])

/**
 * Why the database cannot serve now, as the predicate of a sentence whose subject is "the database". The cause is in
 * the server and an operator can fix it; the statement is correct. Undefined for other errors.
 */
export function unavailableReason(error: unknown): string | undefined {
  if (isUnreachable(error)) return 'is not reachable'
  const condition = OUT_OF_SERVICE.get(sqlState(error) ?? '')
  return condition && `cannot execute a statement: ${condition}`
}

/** Whether the table of a prepared statement has changed: 0A000 "cached plan must not change result type". */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && /cached plan/.test((error as Error).message)
}

/** Whether the statement has a syntax error or an unknown name (class 42). */
export function isInvalid(error: unknown): boolean {
  return sqlState(error)?.startsWith('42') ?? false
}

/** Whether the connection has no such prepared statement (26000 invalid_sql_statement_name). */
export function isUnknownStatement(error: unknown): boolean {
  return sqlState(error) === '26000'
}

/** Whether an error is only the consequence of an earlier failed statement of the same transaction. */
export function isConsequence(error: unknown): boolean {
  // 25P02 in_failed_sql_transaction. A failed transaction prepares no more texts, so later statements may be unknown.
  return sqlState(error) === '25P02' || isUnknownStatement(error)
}

/**
 * Whether a refused statement had no effect and may succeed when it is sent again. The reasons are: its plan is stale,
 * because its table has changed; an earlier statement with the same text in the pipeline could not be prepared; or a
 * publication of its table was dropped at the same moment, which makes a write fail with an internal error.
 */
export function isResendable(error: unknown): boolean {
  // XX000 internal_error
  if (sqlState(error) === 'XX000') return /cache lookup failed for publication/.test((error as Error).message)
  return isStalePlan(error) || isUnknownStatement(error)
}

/** Whether a failed transaction had no effect and may succeed when it runs again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  // 40001 serialization_failure, 40P01 deadlock_detected
  return state === '40001' || state === '40P01' || isResendable(error)
}
