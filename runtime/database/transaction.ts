import type { Connection } from './connection.ts'
import { isAftermath, isStalePlan, isTransient } from './errors.ts'
import type { Pool } from './pool.ts'
import { type Executor, type Row, type Rows, type Sql, sqlOf, type Wire } from './sql.ts'

const MAX_ATTEMPTS = 4
/** More, since a table may change again while the transaction is tried. */
const MAX_ATTEMPTS_ON_CHANGE = 10

/**
 * Runs `work` in a transaction on one connection and commits it; rolls back when it throws. `begin` is not waited for:
 * it travels with the first statement, which saves a round trip. A deadlock's victim, or a transaction that met a changed
 * table, runs again, up to four times in all. The error of a failed transaction is that of its first failed statement.
 */
export async function transaction<Answer>(pool: Pool, work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.transactions.with((connection) => attemptOnce(connection, work))
    } catch (error) {
      if (attempt >= (isStalePlan(error) ? MAX_ATTEMPTS_ON_CHANGE : MAX_ATTEMPTS) || !isTransient(error))
        throw error
      // All connections may know statements of the old table: the next attempt gets one that never knew them.
      if (isStalePlan(error)) pool.transactions.renew()
    }
  }
}

async function attemptOnce<Answer>(
  connection: Connection,
  work: (sql: Sql) => Promise<Answer>,
): Promise<Answer> {
  const statements = new TransactionStatements(connection)
  statements.send('begin').catch(() => {})
  try {
    const answer = await work(sqlOf(statements))
    const { command } = await statements.send('commit')
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
    if (command === 'ROLLBACK')
      throw new Error('Cannot commit: a statement of the transaction failed and its error was swallowed')
    return answer
  } catch (error) {
    // A connection that has closed has taken its transaction with it.
    if (!connection.isClosed) await statements.send('rollback').catch(() => {})
    const cause = statements.causeOf(error)
    throw cause
  }
}

/** The statements of one transaction. */
class TransactionStatements implements Executor {
  readonly #connection: Connection
  #firstError: unknown

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async execute(wire: Wire): Promise<Rows<Row[]>> {
    try {
      return await this.#connection.execute(wire)
    } catch (error) {
      this.#firstError ??= error
      throw this.causeOf(error)
    }
  }

  send(text: string): Promise<Rows<Row[]>> {
    return this.execute({ text, values: [], prepared: false })
  }

  /** What an error comes from: where it only says that the transaction has failed before, the error that failed it. */
  causeOf(error: unknown): unknown {
    return isAftermath(error) ? this.#firstError : error
  }
}
