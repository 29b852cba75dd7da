import type { OpenDatabase } from '../support/database.ts'

/**
 * Waits until an embedded database has stopped permanently. If the stop was not expected, prints the database's last log
 * lines and sets exit code 1. Returns the reason for which the shop stops then.
 */
export async function reportDatabaseStop(
  database: Pick<OpenDatabase, 'exited'>,
): Promise<'the database has stopped'> {
  const { expected, lastLogLines } = await database.exited
  if (!expected) {
    console.error(
      `pando: The database stopped unexpectedly and cannot be restarted, so the shop stops too. Its last log lines:\n${lastLogLines.join('\n')}`,
    )
    process.exitCode = 1
  }
  return 'the database has stopped'
}
