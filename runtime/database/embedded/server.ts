import { readFile } from 'node:fs/promises'
import { freePort } from '../../base/ports.ts'
import { embeddedDatabaseError } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import { type LaunchedServer, launch } from './launch.ts'
import type { Layout } from './layout.ts'
import { readPostmaster } from './postmaster-file.ts'
import { waitUntil } from './wait-until.ts'

/** A PostgreSQL that accepts connections. */
export interface Server extends LaunchedServer {
  port: number
}

/**
 * Starts PostgreSQL and waits until it accepts connections, however long its recovery from a crash takes.
 *
 * @param options.port the port that the server must have. Default: a free one, and another free one if a program takes
 * the first
 * @param options.findPort for tests: finds a free port
 * @param options.signal stops the start, and the server if it already runs
 * @throws EmbeddedDatabaseError when PostgreSQL ends before it is ready
 */
export async function startServer(options: {
  layout: Layout
  instance: Instance
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
  findPort?: () => Promise<number>
  port?: number
  signal?: AbortSignal
}): Promise<Server> {
  const { layout, instance, settings, log, findPort = freePort, signal } = options
  const retryUntil = performance.now() + RETRY_MS
  for (;;) {
    const port = options.port ?? (await findPort())
    const server = await launch(layout, instance, { ...settings, port: String(port) })
    if (await becomesReady(server, instance, log, signal)) return { ...server, port }
    signal?.throwIfAborted()
    const output = await readFile(layout.log, 'utf8').catch(() => '')
    const isTransient =
      childrenRemain.test(output) || (options.port === undefined && portIsTaken.test(output))
    if (!isTransient || performance.now() > retryUntil) {
      throw embeddedDatabaseError(
        'start PostgreSQL',
        instance.dataDirectory,
        output || (await server.exited).lastLogLines.join('\n'),
      )
    }
  }
}

/** How long to retry a start that failed with a transient error. */
const RETRY_MS = 10_000
const portIsTaken = /Address already in use|could not bind/
/** Some children of a killed PostgreSQL have not ended yet. */
const childrenRemain = /pre-existing shared memory block/

async function becomesReady(
  server: LaunchedServer,
  { dataDirectory }: Instance,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const stop = () => void server.stop().catch((error) => log(`Cannot stop PostgreSQL: ${error}`))
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  let hasExited = false
  server.exited.then(() => {
    hasExited = true
  })
  const isSettled = async () => hasExited || (await isReady(server.pid, dataDirectory))
  while (!(await waitUntil(isSettled, { timeoutMs: 5_000 }))) {
    log(`PostgreSQL is still starting in "${dataDirectory}"; after a crash it first recovers`)
  }
  signal?.removeEventListener('abort', stop)
  return !hasExited
}

async function isReady(pid: number | undefined, dataDirectory: string): Promise<boolean> {
  const postmaster = await readPostmaster(dataDirectory)
  return postmaster?.pid === pid && postmaster?.status === 'ready'
}
