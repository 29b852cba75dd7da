import type { OpenDatabase } from '../support/database.ts'

/** Resolves when an embedded database has ended for good, and says so when nobody asked it to. */
export async function onceDatabaseStopped(database: Pick<OpenDatabase, 'exited'>): Promise<void> {
  const { expected, lastLogLines } = await database.exited
  if (expected) return
  console.error(
    `pando: The database stopped by itself and does not come up again, so the shop stops too. What was said last:\n${lastLogLines.join('\n')}`,
  )
  process.exitCode = 1
}
