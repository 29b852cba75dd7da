import type { Log } from '#runtime/base/log.ts'

const STOP_TIMEOUT_MS = 20_000

/** One Ctrl-C arrives several times, because the terminal, npm and the launcher each send the signal. */
const SAME_SIGNAL_MS = 500
const PARENT_POLL_MS = 500

/**
 * Resolves with the signal at the first Ctrl-C, SIGTERM or SIGHUP, and with SIGINT when the launcher or the npm that
 * started this process has exited. A second Ctrl-C exits at once.
 */
export function onceStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stoppedAt: number | undefined
    const stop = (signal: NodeJS.Signals) => {
      const now = performance.now()
      if (stoppedAt !== undefined && signal === 'SIGINT' && now - stoppedAt > SAME_SIGNAL_MS)
        process.exit(130)
      stoppedAt ??= now
      resolve(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    onceOrphaned(() => stop('SIGINT'))
  })
}

/** Only watches a launcher or npm. A process with any other parent, such as a shell, must outlive it in the background. */
function onceOrphaned(orphaned: () => void): void {
  const { PANDO_LAUNCHER: launcher, npm_lifecycle_event: npmScript } = process.env
  // Child processes must not inherit the variable: their parent is this process
  delete process.env.PANDO_LAUNCHER
  if (launcher === undefined && npmScript === undefined) return
  const parent = launcher === undefined ? process.ppid : Number(launcher)
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    orphaned()
  }, PARENT_POLL_MS).unref()
}

/** Resolves when the standard input closes: the supervisor of this process, which holds the other end, has exited. */
export function onceAbandoned(): Promise<'abandoned'> {
  return new Promise((resolve) => {
    const end = () => resolve('abandoned')
    process.stdin.once('close', end)
    process.stdin.once('end', end)
    process.stdin.on('error', end)
    process.stdin.resume()
  })
}

/** Runs `stop`, logs its start and end, and exits. After `timeoutMs` it exits anyway, with code 1. Default: 20 s. */
export async function stopAndExit(
  stop: () => Promise<void>,
  { log, reason, timeoutMs = STOP_TIMEOUT_MS }: { log: Log; reason: string; timeoutMs?: number | undefined },
): Promise<never> {
  log.info({ reason }, 'stopping')
  setTimeout(() => {
    console.error(
      `pando: Stopping has taken longer than ${timeoutMs / 1000} s, so the process exits now. Requests that are still running are lost`,
    )
    process.exit(1)
  }, timeoutMs)
  await stop()
  log.info({}, 'stopped')
  // A worker of the log may still keep the event loop alive
  process.exit(process.exitCode ?? 0)
}
