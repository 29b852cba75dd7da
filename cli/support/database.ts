import type { Log } from '#runtime/base/log.ts'
import { type Exit, findEmbedded, holdsEmbedded, startEmbedded } from '#runtime/database/embedded/index.ts'
import type { Config } from '#runtime/process/config.ts'
import { needsDefaultServer, type Topology } from '#runtime/topology/topology.ts'
import { embeddedDirectory, type Home, homeOf } from './home.ts'

export interface OpenDatabase {
  url: string
  /** Settles when an embedded server that was started here has stopped permanently; never for other servers. */
  exited: Promise<Exit>
  close(): Promise<void>
}

/** The databases that a whole shop needs in addition to those of its processes. */
export interface OpenServer extends Pick<OpenDatabase, 'exited' | 'close'> {
  /** The default server, with its own database in the path; undefined when no process uses it. */
  serverUrl: string | undefined
  /** The database that records moves. */
  homeUrl: string
}

/**
 * Opens the default server's own database: the one that DATABASE_URL names, else the embedded one. With `start`, the
 * embedded server is started, restarted when it exits unexpectedly, and refused to a second shop. Without `start`, the
 * server of a running shop is shared; only when none runs, one is started.
 */
export async function openDatabase(
  config: Config,
  options: { start: boolean; log: Log },
): Promise<OpenDatabase> {
  if (config.databaseUrl) return namedDatabase(config.databaseUrl)
  const directory = embeddedDirectory(config)
  const running = options.start ? undefined : await findEmbedded(directory)
  if (running) return namedDatabase(running.url)
  const embedded = await startEmbedded({
    directory,
    log: (line) => options.log.info({}, line),
    ...(options.start ? { keepRunning: (line: string) => options.log.warn({}, line) } : {}),
  })
  return {
    url: embedded.url,
    exited: embedded.exited,
    close: () => embedded.stop(),
  }
}

/** A database that is not managed by this process. */
export function namedDatabase(url: string): OpenDatabase {
  return { url, exited: new Promise<never>(() => {}), close: async () => {} }
}

/**
 * Opens the default server if the home or a process of the topology uses it. `isMoving`: a move is unfinished, whose source
 * or target may be on the embedded server.
 */
export async function openServer(
  config: Config,
  { home, topology, isMoving, log }: { home: Home; topology?: Topology; isMoving: boolean; log: Log },
): Promise<OpenServer> {
  const isNeeded =
    home.kind === 'server' ||
    (topology !== undefined && needsDefaultServer(topology)) ||
    (isMoving && (await holdsEmbedded(embeddedDirectory(config))))
  const { url, exited, close } = isNeeded
    ? await openDatabase(config, { start: true, log })
    : namedDatabase(config.databaseUrl ?? '')
  return { serverUrl: url || undefined, homeUrl: home.kind === 'url' ? home.url! : url, exited, close }
}

/** The addresses of the default server and the home, without starting a server; undefined when a needed one is not running. */
export async function findServer(
  config: Config,
  topology: Topology,
): Promise<Pick<OpenServer, 'serverUrl' | 'homeUrl'> | undefined> {
  const home = await homeOf(config, topology)
  const serverUrl = config.databaseUrl || (await findEmbedded(embeddedDirectory(config)))?.url
  const homeUrl = home.kind === 'url' ? home.url : serverUrl
  if (homeUrl === undefined || (serverUrl === undefined && needsDefaultServer(topology))) return undefined
  return { serverUrl, homeUrl }
}
