import { lstat, realpath } from 'node:fs/promises'
import { failure } from './embedded-database-error.ts'
import { databaseUrl, layoutOf } from './layout.ts'
import { readPassword } from './password.ts'
import { isServing, readPostmaster } from './postmaster-file.ts'
import { isStopped, processesIn } from './processes.ts'

/**
 * The embedded database of `directory` if a process runs it right now, so that a second program can use it beside
 * that process. Changes nothing.
 *
 * @returns its URL (superuser, database `pando`) and the process id of PostgreSQL
 * @throws EmbeddedDatabaseError when this user may not read the directory
 */
export async function findEmbedded(directory: string): Promise<{ url: string; pid: number } | undefined> {
  const layout = layoutOf(directory)
  try {
    const dataDirectory = await realpath(layout.cluster)
    const postmaster = await readPostmaster(dataDirectory)
    if (postmaster?.status !== 'ready' || !(await isServing(postmaster, dataDirectory))) return undefined
    const password = await readPassword(layout)
    if (!password) return undefined
    const { pid, port, socketDirectory } = postmaster
    return { url: databaseUrl(port, password, socketDirectory), pid }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw failure('look for the embedded database', layout.directory, String(error))
  }
}

/** Whether there is an embedded database in `directory`, running or not. Changes nothing. */
export async function holdsEmbedded(directory: string): Promise<boolean> {
  try {
    // Also a link that leads nowhere: what to do about that is said when it is opened
    await lstat(layoutOf(directory).cluster)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw failure('look for the embedded database', directory, String(error))
  }
}

/**
 * The processes of the embedded database in `directory` that are stopped: it neither answers nor ends. Only Linux
 * tells.
 */
export async function stoppedProcesses(directory: string): Promise<number[]> {
  const processes = await processesIn(await realpath(layoutOf(directory).cluster), 'postgres')
  const stopped = await Promise.all(processes.map(isStopped))
  return processes.filter((_, i) => stopped[i])
}
