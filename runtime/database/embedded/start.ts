import { makeFolder } from '../../base/make-folder.ts'
import { ensureDatabase } from '../ensure-database.ts'
import { locateBinaries } from './binaries.ts'
import { choosePlace, type RunAs } from './choose-place.ts'
import { ensureCluster, syncCluster } from './cluster.ts'
import { failure } from './embedded-database-error.ts'
import { keepServing } from './keep-serving.ts'
import type { Exit } from './launch.ts'
import { databaseUrl, type Layout, layoutOf } from './layout.ts'
import { clearLeftovers } from './leftovers.ts'
import { acquireLock, type Lock } from './lock.ts'
import type { Place } from './place.ts'
import { type Server, startServer } from './server.ts'
import { settingsFor } from './settings.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'

export interface EmbeddedDatabase {
  /** The cluster's superuser on the database `pando`, over its Unix socket where the client knows libpq's `host` */
  url: string
  port: number
  /** Where PostgreSQL keeps its files, an absolute path */
  dataDirectory: string
  /** Settles when PostgreSQL has ended for good, whether it was asked to or not; never rejects */
  exited: Promise<Exit>
  /** Ends all connections and shuts PostgreSQL down; resolves when it is gone. A repeat does nothing more. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Holds everything of this database; made where it does not exist. Two databases need two directories. */
  directory: string
  /** PostgreSQL settings beside or instead of the usual ones, for instance `{ work_mem: '8MB' }` */
  settings?: Readonly<Record<string, string>>
  /** Told, in one line, what takes long or what a person should know. Default: nobody is told. */
  log?: (line: string) => void
  /**
   * Has PostgreSQL started again, on the same port, when it ends by itself, until it does not come up any more; told
   * of each end and each start in one line. Default: it is not started again.
   */
  keepRunning?: (line: string) => void
  /** How root runs PostgreSQL. Default: the first way that works. No meaning for other users. */
  runAs?: RunAs
  /** Where root puts what an unprivileged PostgreSQL could not reach. Default: `/var/lib/pando`. */
  systemDirectory?: string
}

/**
 * Starts PostgreSQL in `directory` and makes what is missing: the cluster, its password, the database `pando`.
 * Whatever a process that died left there is put in order first. PostgreSQL ends with this process, however this
 * process ends.
 *
 * @throws EmbeddedDatabaseError when another process has it open, or something there keeps it from starting
 */
export async function startEmbedded(options: StartOptions): Promise<EmbeddedDatabase> {
  const layout = layoutOf(options.directory)
  const binaries = await locateBinaries()
  await makeDirectory(layout)
  const lock = await acquireLock(layout)
  try {
    const { log = () => undefined, runAs, systemDirectory = '/var/lib/pando' } = options
    const place = await choosePlace({ layout, binaries, runAs, systemDirectory, log })
    await clearLeftovers(place, log)
    const password = await ensureCluster(layout, place, log)
    const socketDirectory = await makeSocketDirectory(place)
    const settings = await settingsFor(place, socketDirectory, options.settings ?? {})
    const first = await startServer({ layout, place, settings, log })
    const startAgain = async (signal: AbortSignal) => {
      await clearLeftovers(place, log)
      return startServer({ layout, place, settings, log, port: first.port, signal })
    }
    const server = options.keepRunning ? keepServing(first, startAgain, options.keepRunning) : first
    return await open(layout, place, server, lock, { password, socketDirectory })
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function makeDirectory({ directory }: Layout): Promise<void> {
  try {
    // Only the last one is closed to others: an unprivileged PostgreSQL must pass through those above
    await makeFolder(directory, { mode: 0o700 })
  } catch (error) {
    throw failure('make the directory of the embedded database', directory, String(error))
  }
}

async function open(
  layout: Layout,
  place: Place,
  server: Server,
  lock: Lock,
  { password, socketDirectory }: { password: string; socketDirectory: string | undefined },
): Promise<EmbeddedDatabase> {
  if (!place.exists) syncCluster(place)
  const exited = server.exited.then(async (exit) => {
    await removeSocketDirectory(place)
    // Whoever starts it again after an unexpected end must find the lock free
    await lock.release()
    return exit
  })
  try {
    const url = databaseUrl(server.port, password, socketDirectory)
    await ensureDatabase(url)
    return { url, port: server.port, dataDirectory: place.dataDirectory, exited, stop }
  } catch (error) {
    await stop()
    throw failure('open the embedded database', layout.directory, String(error))
  }

  async function stop(): Promise<void> {
    await server.stop()
    await exited
  }
}
