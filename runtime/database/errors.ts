import pg from 'pg'

/** The database could not be reached, broke off, or its pool is closed: what was asked may have been done. */
export class DatabaseUnreachable extends Error {
  /**
   * `CONNECTION_CLOSED`: broke off; `CONNECT_TIMEOUT`: no answer to connecting; `CONNECTION_ENDED`: this process closed the
   * pool.
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

/** What all statements fail with once this process has closed its connections. */
export function connectionsEnded(): DatabaseUnreachable {
  return new DatabaseUnreachable('CONNECTION_ENDED', 'The connections to PostgreSQL are closed')
}

/** The SQLSTATE of an error that PostgreSQL answered (PostgreSQL, appendix A). */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** Whether a unique index refused a row (23505 unique_violation): another transaction has just written its like. */
export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === '23505'
}

/** The schema that an error names, where PostgreSQL or a `raise … using schema` names one. */
export function schemaOfError(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.schema : undefined
}

/** Whether the database could not be reached, or broke off: what was asked may have been done. */
export function isUnreachable(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  if (typeof code !== 'string') return false
  // PostgreSQL refused or ended the connection, for whatever reason.
  if (severity === 'FATAL') return true
  // Class 57P: the server is shutting down or starting up; class 08: connection exceptions; 53300: too many connections.
  return /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ENOENT|ETIMEDOUT|57P0|08|53300)/.test(code)
}

/** What PostgreSQL cannot do at the moment, by its code: it did nothing, and may be able to later. */
const UNABLE = new Map([
  ['25006', 'it takes no writes'],
  ['53000', 'it has too little of something'],
  ['53100', 'its disk is full'],
  ['53200', 'its memory is full'],
  ['53400', 'it is at a limit of its settings'],
  ['58030', 'its disk does not answer'],
])

/**
 * Why the database cannot do now what it does at other times, in words that go on after "the database": nobody's mistake,
 * and over when a person has seen to it. Undefined for all other errors.
 */
export function whyUnable(error: unknown): string | undefined {
  if (isUnreachable(error)) return 'is not reachable'
  const why = UNABLE.get(sqlState(error) ?? '')
  return why && `cannot do it: ${why}`
}

/** "cached plan must not change result type": the table of a prepared statement has changed. */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && /cached plan/.test((error as Error).message)
}

/** Class 42: a syntax error, or a name that there is not. */
export function isInvalid(error: unknown): boolean {
  return sqlState(error)?.startsWith('42') ?? false
}

/** 26000 invalid_sql_statement_name: the connection has no such prepared statement. */
export function isUnknownStatement(error: unknown): boolean {
  return sqlState(error) === '26000'
}

/** Whether an error only says that an earlier statement of the transaction has failed. */
export function isAftermath(error: unknown): boolean {
  // 25P02 in_failed_sql_transaction. A statement that was to be prepared by a failed one is unknown.
  return sqlState(error) === '25P02' || isUnknownStatement(error)
}

/**
 * Whether PostgreSQL refused a statement before it had an effect, for a reason that is over when it is sent again: its
 * plan is of no use since its table has changed, it travelled behind a statement of the same text that could not be
 * prepared, or a publication of its table was dropped in that moment, which fails a write with an internal error.
 */
export function isRefusedOnce(error: unknown): boolean {
  if (sqlState(error) === 'XX000') return /cache lookup failed for publication/.test((error as Error).message)
  return isStalePlan(error) || isUnknownStatement(error)
}

/** Whether the same transaction may succeed the next time: nothing of it has been done. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  // 40001 serialization_failure, 40P01 deadlock_detected
  return state === '40001' || state === '40P01' || isRefusedOnce(error)
}
