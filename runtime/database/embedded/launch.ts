import { type ChildProcess, spawn } from 'node:child_process'
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { boundLog } from './bounded-log.ts'
import { embeddedDatabaseError, lastLines } from './embedded-database-error.ts'
import type { Instance } from './instance.ts'
import type { Layout } from './layout.ts'
import { credentials, environment } from './program.ts'
import { shutDown } from './shut-down.ts'

/** A PostgreSQL that this process has started. It may not be ready yet. */
export interface LaunchedServer {
  /** Undefined when the system could not start it; `exited` has the reason. */
  pid: number | undefined
  exited: Promise<Exit>
  /** Shuts PostgreSQL down and waits until it has ended. Safe to call repeatedly. */
  stop(): Promise<void>
}

/** How PostgreSQL ended. */
export interface Exit {
  /** Whether `stop()` was called. */
  expected: boolean
  /** The exit code, or null when a signal ended PostgreSQL. */
  code: number | null
  signal: NodeJS.Signals | null
  /** The last lines of its log, oldest first. */
  lastLogLines: string[]
}

/**
 * Starts PostgreSQL as a child of this process in its own session. So Ctrl-C in a terminal does not reach it, and this
 * process can finish its requests first. PostgreSQL shuts down when this process ends without stopping it.
 *
 * @param settings as in postgresql.conf; they take precedence over the files in the data directory
 */
export async function launch(
  layout: Layout,
  instance: Instance,
  settings: Readonly<Record<string, string>>,
): Promise<LaunchedServer> {
  const log = await emptyLog(layout)
  const child = spawnServer(instance, settings, log)
  // Before the first await, so that no event of the child is missed
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
    stopped ??= isRunning ? shutDown(Number(child.pid), instance, endsWithin) : Promise.resolve()
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
    // Opened for appending, so that the file can be emptied while PostgreSQL writes
    return await open(layout.log, 'a', 0o600)
  } catch (error) {
    throw embeddedDatabaseError('write the log of PostgreSQL', layout.directory, String(error))
  }
}

function spawnServer(
  { dataDirectory, identity, binaries }: Instance,
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
 * The shell starts a guard process and then becomes PostgreSQL, which keeps the shell's process id. The guard reads
 * from a pipe whose other end only this process has. A line on the pipe says that PostgreSQL has ended. The end of the
 * pipe means that this process has ended, and the guard stops PostgreSQL. The guard is a grandchild of the shell, since
 * PostgreSQL would mistake the death of an unknown child for a crash.
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
  // Writing to a killed guard fails
  guard?.on('error', () => undefined)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }))
    child.on('exit', (code, signal) => {
      if (guard && 'end' in guard) guard.end('ended\n')
      resolve({ code, signal })
    })
  })
}
