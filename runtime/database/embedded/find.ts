import { lstat, realpath } from 'node:fs/promises'
import { embeddedDatabaseError } from './embedded-database-error.ts'
import { databaseUrl, layoutOf } from './layout.ts'
import { readPassword } from './password.ts'
import { isRunning, readPostmaster } from './postmaster-file.ts'
import { isStopped, processesIn } from './processes.ts'

/**
 * Finds the embedded database of `directory` if it runs now, so that a second program can use it in parallel. Changes
 * nothing.
 *
 * @returns its URL (superuser, database `pando`) and the process id of PostgreSQL; undefined when it does not run
 * @throws EmbeddedDatabaseError when this user may not read the directory
 */
export async function findEmbedded(directory: string): Promise<{ url: string; pid: number } | undefined> {
  const layout = layoutOf(directory)
  try {
    const dataDirectory = await realpath(layout.cluster)
    const postmaster = await readPostmaster(dataDirectory)
    if (postmaster?.status !== 'ready' || !(await isRunning(postmaster, dataDirectory))) return undefined
    const password = await readPassword(layout)
    if (!password) return undefined
    const { pid, port, socketDirectory } = postmaster
    return { url: databaseUrl(port, password, socketDirectory), pid }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw embeddedDatabaseError('look for the embedded database', layout.directory, String(error))
  }
}

/** Whether `directory` has an embedded database, running or not. Changes nothing. */
export async function holdsEmbedded(directory: string): Promise<boolean> {
  try {
    // A broken link counts too: opening the database reports it with a remedy
    await lstat(layoutOf(directory).cluster)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw embeddedDatabaseError('look for the embedded database', directory, String(error))
  }
}

/**
 * The processes of the embedded database in `directory` that a signal or a debugger has stopped: they neither answer
 * nor end. Linux only, else empty.
 */
export async function stoppedProcesses(directory: string): Promise<number[]> {
  const processes = await processesIn(await realpath(layoutOf(directory).cluster), 'postgres')
  const stopped = await Promise.all(processes.map(isStopped))
  return processes.filter((_, i) => stopped[i])
}
