import { type ChildProcess, spawn } from 'node:child_process'
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { boundLog } from './bounded-log.ts'
import { failure, lastLines } from './embedded-database-error.ts'
import type { Layout } from './layout.ts'
import type { Place } from './place.ts'
import { credentials, environment } from './program.ts'
import { shutDown } from './shut-down.ts'

/** A PostgreSQL that was started by this process, whether it is ready yet or not */
export interface LaunchedServer {
  /** Undefined when the system could not start it; `exited` then says why */
  pid: number | undefined
  exited: Promise<Exit>
  /** Shuts it down and waits for its end. A repeat waits for the same end. */
  stop(): Promise<void>
}

/** How PostgreSQL ended */
export interface Exit {
  /** Whether it was asked to stop */
  expected: boolean
  /** Its exit code, or null when a signal ended it */
  code: number | null
  signal: NodeJS.Signals | null
  /** The last lines of its log, oldest first */
  lastLogLines: string[]
}

/**
 * Starts PostgreSQL. It is a child of this process in a session of its own, so that Ctrl-C in a terminal leaves
 * it to whoever drains and stops; and it is shut down when this process ends without having stopped it.
 *
 * @param settings as in postgresql.conf; they win over the files in the data directory
 */
export async function launch(
  layout: Layout,
  place: Place,
  settings: Readonly<Record<string, string>>,
): Promise<LaunchedServer> {
  const log = await emptyLog(layout)
  const child = spawnServer(place, settings, log)
  // Before anything is awaited: what it tells meanwhile would be missed
  const ended = endOf(child)
  const { stop: stopBounding } = boundLog(layout.log)
  void ended.then(stopBounding)
  await log.close()
  let isStopping = false
  const exited = ended.then(
    async ({ code, signal, error }): Promise<Exit> => ({
      expected: isStopping,
      code,
      signal,
      lastLogLines: error ? [error] : lastLines(await readFile(layout.log, 'utf8').catch(() => ''), 20),
    }),
  )
  let stopped: Promise<void> | undefined
  return { pid: child.pid, exited, stop }

  function stop(): Promise<void> {
    isStopping = true
    const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null
    stopped ??= isRunning ? shutDown(Number(child.pid), place, endsWithin) : Promise.resolve()
    return stopped
  }

  async function endsWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, false)
    })
    const answer = await Promise.race([ended.then(() => true), timeout])
    clearTimeout(timer)
    return answer
  }
}

async function emptyLog(layout: Layout): Promise<FileHandle> {
  try {
    await truncate(layout.log).catch(() => {})
    // Appended to, so that it can be emptied while PostgreSQL writes
    return await open(layout.log, 'a', 0o600)
  } catch (error) {
    throw failure('write the log of PostgreSQL', layout.directory, String(error))
  }
}

function spawnServer(
  { dataDirectory, identity, binaries }: Place,
  settings: Readonly<Record<string, string>>,
  log: FileHandle,
): ChildProcess {
  const words = [...identity.prefix, binaries.postgres, '-D', dataDirectory]
  for (const [name, value] of Object.entries(settings)) words.push('-c', `${name}=${value}`)
  if (process.platform !== 'win32') words.unshift('sh', '-c', startGuarded, 'sh')
  const [command = '', ...args] = words
  return spawn(command, args, {
    ...credentials(identity),
    env: environment(),
    stdio: ['ignore', log.fd, log.fd, 'pipe'],
    detached: true,
    windowsHide: true,
  })
}

/**
 * The shell becomes PostgreSQL, which so keeps its process id. Before, it leaves a guard behind that reads from
 * a pipe whose other end only we hold. A line says that PostgreSQL has ended; the end of the pipe means that we
 * have, and that PostgreSQL shall. The guard is started twice removed: PostgreSQL would take the death of a child
 * that it does not know for a crash.
 */
const startGuarded = `
  ( (read -r _ <&3 || kill -INT $$) >/dev/null 2>&1 & )
  exec "$@" 3<&-
`

interface End {
  code: number | null
  signal: NodeJS.Signals | null
  error?: string
}

function endOf(child: ChildProcess): Promise<End> {
  const guard = child.stdio[3]
  // A guard that somebody killed cannot be told
  guard?.on('error', () => undefined)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }))
    child.on('exit', (code, signal) => {
      if (guard && 'end' in guard) guard.end('ended\n')
      resolve({ code, signal })
    })
  })
}
