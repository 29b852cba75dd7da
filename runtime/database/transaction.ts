import type { Connection } from './connection.ts'
import { isConsequence, isStalePlan, isTransient } from './errors.ts'
import type { Pool } from './pool.ts'
import { type Executor, type Row, type Rows, type Sql, sqlOf, type WireStatement } from './sql.ts'

const MAX_ATTEMPTS = 4
/** More attempts after a changed table, since the table may change again meanwhile. */
const MAX_ATTEMPTS_ON_CHANGE = 10

/**
 * Runs `work` in a transaction on one connection and commits it; rolls back when `work` throws. `begin` is sent
 * together with the first statement, which saves a round trip. After a transient error, such as a deadlock, `work` runs
 * again: four times in all at most, or ten while its tables change. A failed transaction throws the error of its first
 * failed statement.
 */
export async function transaction<Answer>(pool: Pool, work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.transactions.with((connection) => attemptOnce(connection, work))
    } catch (error) {
      if (attempt >= (isStalePlan(error) ? MAX_ATTEMPTS_ON_CHANGE : MAX_ATTEMPTS) || !isTransient(error))
        throw error
      // Every connection may have prepared statements for the old table, so the next attempt gets a new connection.
      if (isStalePlan(error)) pool.transactions.renew()
    }
  }
}

/** Runs `work` in a transaction that is always rolled back. */
export async function rollBackAfter(pool: Pool, work: (sql: Sql) => Promise<void>): Promise<void> {
  const ended = new Error('The transaction is rolled back')
  try {
    await transaction(pool, async (sql) => {
      await work(sql)
      throw ended
    })
  } catch (error) {
    if (error !== ended) throw error
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
    // PostgreSQL rolls back the transaction of a closed connection by itself.
    if (!connection.isClosed) await statements.send('rollback').catch(() => {})
    throw statements.causeOf(error)
  }
}

/** The statements of one transaction. */
class TransactionStatements implements Executor {
  readonly #connection: Connection
  #firstError: unknown

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async execute(statement: WireStatement): Promise<Rows<Row[]>> {
    try {
      return await this.#connection.execute(statement)
    } catch (error) {
      this.#firstError ??= error
      throw this.causeOf(error)
    }
  }

  send(text: string): Promise<Rows<Row[]>> {
    return this.execute({ text, values: [], prepared: false })
  }

  /** The first error of the transaction when `error` is only a consequence of it; else `error` itself. */
  causeOf(error: unknown): unknown {
    return isConsequence(error) ? this.#firstError : error
  }
}
