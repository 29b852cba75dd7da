const STOP_TIMEOUT_MS = 20_000

/** A terminal, npm and the launcher each pass the same Ctrl-C on, so that it arrives several times at once. */
const SAME_SIGNAL_MS = 500
const LOOK_FOR_PARENT_MS = 500

/**
 * Resolves at the first Ctrl-C or SIGTERM, with the signal, and when the launcher or the npm that has started this process
 * is gone; a second Ctrl-C ends the process at once.
 */
export function onceStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined
    const stop = (signal: NodeJS.Signals) => {
      const now = performance.now()
      if (askedAt !== undefined && signal === 'SIGINT' && now - askedAt > SAME_SIGNAL_MS) process.exit(130)
      askedAt ??= now
      resolve(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    onceOrphaned(() => stop('SIGINT'))
  })
}

/** Who was started by somebody else, such as a shell that puts it in the background, outlives that one. */
function onceOrphaned(orphaned: () => void): void {
  const { PANDO_LAUNCHER: launcher, npm_lifecycle_event: npmScript } = process.env
  // Those that are started from here have another parent.
  delete process.env.PANDO_LAUNCHER
  if (launcher === undefined && npmScript === undefined) return
  const parent = launcher === undefined ? process.ppid : Number(launcher)
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    orphaned()
  }, LOOK_FOR_PARENT_MS).unref()
}

/** Resolves when the standard input closes, for a process whose supervisor holds the other end: it is gone then. */
export function onceAbandoned(): Promise<'abandoned'> {
  return new Promise((resolve) => {
    const end = () => resolve('abandoned')
    process.stdin.once('close', end)
    process.stdin.once('end', end)
    process.stdin.on('error', end)
    process.stdin.resume()
  })
}

/** Runs what stops everything and ends this process; by force when that takes longer than `patienceMs`. */
export async function stopAndExit(stop: () => Promise<void>, patienceMs = STOP_TIMEOUT_MS): Promise<never> {
  setTimeout(() => {
    console.error(`pando: Requests are still running after ${patienceMs / 1000} s; stopping all the same`)
    process.exit(1)
  }, patienceMs)
  await stop()
  // Whatever still holds the loop, such as a log's worker, is of no use any more.
  process.exit(process.exitCode ?? 0)
}
