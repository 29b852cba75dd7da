import { type Sql, transactionPoolOf } from './pool.ts'

// 40001 serialization_failure, 40P01 deadlock_detected (PostgreSQL, appendix A): the same work may succeed the next time.
const REPEATABLE = new Set(['40001', '40P01'])
const MAX_ATTEMPTS = 4

/**
 * Runs `work` in a transaction on one connection and commits it; rolls back when it throws. `begin` is not waited for:
 * it travels with the first statement, which saves a round trip. A deadlock's victim runs again, up to four times in all.
 */
export async function transaction<Answer>(pool: Sql, work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(pool, work)
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !REPEATABLE.has(sqlState(error) ?? '')) throw error
    }
  }
}

function attemptOnce<Answer>(pool: Sql, work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
  return transactionPoolOf(pool).with(async (sql, isAlive) => {
    sql
      .unsafe('begin')
      .execute()
      .catch(() => {})
    try {
      const answer = await work(sql)
      const ended = await sql.unsafe('commit')
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
      if (ended.command === 'ROLLBACK')
        throw new Error('Cannot commit: a statement of the transaction failed and its error was swallowed')
      return answer
    } catch (error) {
      // A connection that has closed has taken its transaction with it.
      if (isAlive()) await sql.unsafe('rollback').catch(() => {})
      throw error
    }
  })
}

/** The SQLSTATE of a database error. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && (error as Error).name === 'PostgresError' ? code : undefined
}

/** Whether a unique index refused a row (23505 unique_violation): another transaction has just written its like. */
export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === '23505'
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
