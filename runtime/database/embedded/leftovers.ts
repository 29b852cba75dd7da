import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import type { Place } from './place.ts'
import { disownPostmasterFile, isServing, readPostmaster } from './postmaster-file.ts'
import { processesIn, startOf } from './processes.ts'
import { shutDown } from './shut-down.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Clears away what a shop left behind that died with its database open. Call it with the lock held: whatever
 * still runs in the directory then belongs to nobody.
 *
 * A PostgreSQL that still runs is stopped, not adopted, so that it always ends with the process that uses it.
 */
export async function clearLeftovers(place: Place, log: (line: string) => void): Promise<void> {
  const { dataDirectory } = place
  const postmaster = await readPostmaster(dataDirectory)
  if (!postmaster) return
  if (await isServing(postmaster, dataDirectory)) {
    log(`Stopping PostgreSQL (process ${postmaster.pid}), which a process that is gone left running`)
    await stopForeign(postmaster.pid, place)
  }
  await endOrphans(dataDirectory)
  await disownPostmasterFile(dataDirectory)
}

async function stopForeign(pid: number, place: Place): Promise<void> {
  const isGone = async () => (await startOf(pid)) === undefined
  try {
    await shutDown(pid, place, (timeoutMs) => waitUntil(isGone, { timeoutMs }))
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `Cannot open the embedded database in "${place.dataDirectory}": PostgreSQL (process ${pid}) still runs ` +
        `there and cannot be stopped (${error}). Stop it, or set PANDO_DATA to another place`,
    )
  }
}

/**
 * Ends processes that a killed PostgreSQL left computing. They could not commit any more, and would keep the
 * next one from starting until they notice.
 */
async function endOrphans(dataDirectory: string): Promise<void> {
  for (const pid of await processesIn(dataDirectory, 'postgres')) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It noticed by itself; if it is out of our reach, PostgreSQL says so when it starts
    }
  }
}
