import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { failure } from './embedded-database-error.ts'
import { type LaunchedServer, launch } from './launch.ts'
import type { Layout } from './layout.ts'
import type { Place } from './place.ts'
import { readPostmaster } from './postmaster-file.ts'
import { waitUntil } from './wait-until.ts'

/** A PostgreSQL that accepts connections */
export interface Server extends LaunchedServer {
  port: number
}

/**
 * Starts PostgreSQL on a free port and waits until it accepts connections, for as long as it takes it to recover
 * from a crash. A port that another program took meanwhile is replaced by another.
 */
export async function startServer(options: {
  layout: Layout
  place: Place
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
  findPort?: () => Promise<number>
}): Promise<Server> {
  const { layout, place, settings, log, findPort = findFreePort } = options
  const patience = performance.now() + 10_000
  for (;;) {
    const port = await findPort()
    const server = await launch(layout, place, { ...settings, port: String(port) })
    if (await becomesReady(server, place, log)) return { ...server, port }
    const said = await readFile(layout.log, 'utf8').catch(() => '')
    if (!passesByItself.test(said) || performance.now() > patience) {
      throw failure(
        'start PostgreSQL',
        place.dataDirectory,
        said || (await server.exited).lastLogLines.join('\n'),
      )
    }
  }
}

/** The port was taken meanwhile; children of a PostgreSQL that was killed have not all noticed yet */
const passesByItself = /Address already in use|could not bind|pre-existing shared memory block/

async function becomesReady(
  server: LaunchedServer,
  { dataDirectory }: Place,
  log: (line: string) => void,
): Promise<boolean> {
  let hasExited = false
  server.exited.then(() => {
    hasExited = true
  })
  const isSettled = async () => hasExited || (await isReady(server.pid, dataDirectory))
  while (!(await waitUntil(isSettled, { timeoutMs: 5_000 }))) {
    log(`PostgreSQL is still starting in "${dataDirectory}"; after a crash it first recovers`)
  }
  return !hasExited
}

async function isReady(pid: number | undefined, dataDirectory: string): Promise<boolean> {
  const postmaster = await readPostmaster(dataDirectory)
  return postmaster?.pid === pid && postmaster?.status === 'ready'
}

export function findFreePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
