import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import { invalidatePostmasterFile, isRunning, readPostmaster } from './postmaster-file.ts'
import { processesIn, startTimeOf } from './processes.ts'
import { shutDown } from './shut-down.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Removes the leftovers of a process that died with its database open: a running PostgreSQL, its children and its
 * postmaster file. The caller must hold the lock, which proves that no living process uses the directory.
 *
 * A running PostgreSQL is stopped and not reused, as it must end together with the process that uses it.
 */
export async function clearLeftovers(instance: Instance, log: (line: string) => void): Promise<void> {
  const { dataDirectory } = instance
  const postmaster = await readPostmaster(dataDirectory)
  if (!postmaster) return
  if (await isRunning(postmaster, dataDirectory)) {
    log(`Stopping PostgreSQL (process ${postmaster.pid}), which an earlier process left running`)
    await stopOrphan(postmaster.pid, instance)
  }
  await killChildren(dataDirectory)
  await invalidatePostmasterFile(dataDirectory)
}

async function stopOrphan(pid: number, instance: Instance): Promise<void> {
  const isGone = async () => (await startTimeOf(pid)) === undefined
  try {
    await shutDown(pid, instance, (timeoutMs) => waitUntil(isGone, { timeoutMs }))
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `Cannot open the embedded database in "${instance.dataDirectory}": PostgreSQL (process ${pid}) still runs ` +
        `there and cannot be stopped (${error}). Stop it, or set PANDO_DATA to another folder`,
    )
  }
}

/**
 * Kills the children of a killed PostgreSQL. They can no longer commit, and until they notice that and end, the next
 * PostgreSQL cannot start.
 */
async function killChildren(dataDirectory: string): Promise<void> {
  for (const pid of await processesIn(dataDirectory, 'postgres')) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // The child has ended meanwhile. If this user may not kill the child, PostgreSQL refuses to start and says why
    }
  }
}
