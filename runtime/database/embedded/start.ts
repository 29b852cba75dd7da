import { makeFolder } from '../../base/make-folder.ts'
import { ensureDatabase } from '../ensure-database.ts'
import { locateBinaries } from './binaries.ts'
import { ensureCluster, syncCluster } from './cluster.ts'
import { embeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import { keepServing } from './keep-serving.ts'
import type { Exit } from './launch.ts'
import { databaseUrl, type Layout, layoutOf } from './layout.ts'
import { clearLeftovers } from './leftovers.ts'
import { acquireLock, type Lock } from './lock.ts'
import { prepareInstance, type RunAs } from './prepare-instance.ts'
import { type Server, startServer } from './server.ts'
import { settingsFor } from './settings.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'

export interface EmbeddedDatabase {
  /**
   * The URL of the database `pando` for the superuser. Clients that know libpq's `host` parameter connect over the Unix
   * socket.
   */
  url: string
  port: number
  /** The absolute path of PostgreSQL's data directory. */
  dataDirectory: string
  /** Resolves when PostgreSQL has ended and will not be restarted, expected or not; never rejects. */
  exited: Promise<Exit>
  /** Ends all connections and shuts PostgreSQL down; resolves when it has ended. Safe to call repeatedly. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** The directory of all files of the database; made if it does not exist. Each database needs its own. */
  directory: string
  /** PostgreSQL settings in addition to the usual ones, which they override, for instance `{ work_mem: '8MB' }`. */
  settings?: Readonly<Record<string, string>>
  /** Is called with a line about slow steps, and about files outside of `directory`. Default: no lines. */
  log?: (line: string) => void
  /**
   * If given, PostgreSQL is restarted on the same port when it ends unexpectedly, until no restart succeeds, and this
   * is called with one line for each end and each restart. Default: no restarts.
   */
  keepRunning?: (line: string) => void
  /** How root runs PostgreSQL; ignored for other users. Default: the first way that works. */
  runAs?: RunAs
  /** Where root puts files that an unprivileged PostgreSQL could not reach otherwise. Default: `/var/lib/pando`. */
  systemDirectory?: string
}

/**
 * Starts PostgreSQL in `directory`. Makes the cluster, its password and the database `pando` if they are missing, and
 * first removes the leftovers of a process that died. PostgreSQL ends together with this process, even if that is
 * killed.
 *
 * @throws EmbeddedDatabaseError when another process has the database open, or PostgreSQL cannot start
 */
export async function startEmbedded(options: StartOptions): Promise<EmbeddedDatabase> {
  const layout = layoutOf(options.directory)
  const binaries = await locateBinaries()
  await makeDirectory(layout)
  const lock = await acquireLock(layout)
  try {
    const { log = () => undefined, runAs, systemDirectory = '/var/lib/pando' } = options
    const instance = await prepareInstance({ layout, binaries, runAs, systemDirectory, log })
    await clearLeftovers(instance, log)
    const password = await ensureCluster(layout, instance, log)
    const socketDirectory = await makeSocketDirectory(instance)
    const settings = await settingsFor(instance, socketDirectory, options.settings ?? {})
    const first = await startServer({ layout, instance, settings, log })
    const restart = async (signal: AbortSignal) => {
      await clearLeftovers(instance, log)
      return startServer({ layout, instance, settings, log, port: first.port, signal })
    }
    const server = options.keepRunning ? keepServing(first, restart, options.keepRunning) : first
    return await open(layout, instance, server, lock, { password, socketDirectory })
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function makeDirectory({ directory }: Layout): Promise<void> {
  try {
    // Only the folder itself is closed to other users: an unprivileged PostgreSQL must traverse its parents
    await makeFolder(directory, { mode: 0o700 })
  } catch (error) {
    throw embeddedDatabaseError('make the directory of the embedded database', directory, String(error))
  }
}

async function open(
  layout: Layout,
  instance: Instance,
  server: Server,
  lock: Lock,
  { password, socketDirectory }: { password: string; socketDirectory: string | undefined },
): Promise<EmbeddedDatabase> {
  if (!instance.existed) syncCluster(instance)
  const exited = server.exited.then(async (exit) => {
    await removeSocketDirectory(instance)
    // A new start after an unexpected end needs the lock
    await lock.release()
    return exit
  })
  try {
    const url = databaseUrl(server.port, password, socketDirectory)
    await ensureDatabase(url)
    return { url, port: server.port, dataDirectory: instance.dataDirectory, exited, stop }
  } catch (error) {
    await stop()
    throw embeddedDatabaseError('open the embedded database', layout.directory, String(error))
  }

  async function stop(): Promise<void> {
    await server.stop()
    await exited
  }
}
