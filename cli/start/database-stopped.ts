import type { OpenDatabase } from '../support/database.ts'

/** Why a shop stops that got no signal. */
export const DATABASE_STOPPED = 'the database has stopped'

/** Resolves when an embedded database has stopped permanently. Unless the stop was expected, prints it and sets exit code 1. */
export async function onceDatabaseStopped(database: Pick<OpenDatabase, 'exited'>): Promise<void> {
  const { expected, lastLogLines } = await database.exited
  if (expected) return
  console.error(
    `pando: The database stopped unexpectedly and cannot be restarted, so the shop stops too. Its last log lines:\n${lastLogLines.join('\n')}`,
  )
  process.exitCode = 1
}
