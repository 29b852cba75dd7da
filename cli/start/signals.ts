const STOP_TIMEOUT_MS = 20_000

/** Resolves at the first Ctrl-C or SIGTERM, with the signal; a second Ctrl-C ends the process at once. */
export function onceStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked && signal === 'SIGINT') process.exit(130)
        asked = true
        resolve(signal)
      })
    }
  })
}

/** Resolves when the standard input closes, for a process whose supervisor holds the other end: it is gone then. */
export function onceAbandoned(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('close', () => resolve())
    process.stdin.once('end', () => resolve())
    process.stdin.on('error', () => resolve())
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
