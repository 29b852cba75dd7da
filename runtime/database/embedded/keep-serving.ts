import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './embedded-database-error.ts'
import type { Exit } from './launch.ts'
import type { Server } from './server.ts'

/** The pause before each restart. After the last one the server stays stopped. */
const PAUSES_MS: readonly number[] = [0, 500, 1000, 2000, 4000]
/** A server that has run this long is stable: after its next end, the pauses start over. */
const STABLE_MS = 5000

/**
 * Restarts the server whenever it ends without `stop()`. `exited` of the returned server settles after `stop()`, or
 * when no restart succeeds; then `lastLogLines` of the exit say why the last restart failed.
 *
 * @param restart must start the server on the same port, which its clients know, and give up when the signal aborts
 * @param warn is called with one line for each end and each restart
 */
export function keepServing(
  first: Server,
  restart: (signal: AbortSignal) => Promise<Server>,
  warn: (line: string) => void,
  pausesMs = PAUSES_MS,
): Server {
  const stopping = new AbortController()
  let current = first
  const exited = superviseUntilExit()
  return { ...first, exited, stop }

  async function stop(): Promise<void> {
    stopping.abort()
    await current.stop()
    await exited
  }

  async function superviseUntilExit(): Promise<Exit> {
    let pauses = [...pausesMs]
    for (;;) {
      const began = performance.now()
      const exit = await current.exited
      if (exit.expected) return exit
      const ended = performance.now()
      if (ended - began >= STABLE_MS) pauses = [...pausesMs]
      warn(`PostgreSQL ended unexpectedly (${causeOf(exit)}): restarting it`)
      const lastExit = await restartAfter(exit, pauses)
      if (lastExit) return lastExit
      warn(`PostgreSQL answers again after ${((performance.now() - ended) / 1000).toFixed(1)} s`)
    }
  }

  /**
   * Takes one of `pauses` out of the list for each try. Returns undefined when the server runs again, else an exit
   * whose `lastLogLines` say why the last try failed.
   */
  async function restartAfter(exit: Exit, pauses: number[]): Promise<Exit | undefined> {
    const { signal } = stopping
    let last = exit
    for (let pause = pauses.shift(); pause !== undefined; pause = pauses.shift()) {
      try {
        await sleep(pause, undefined, { signal })
        current = await restart(signal)
        if (signal.aborted) await current.stop()
        return undefined
      } catch (error) {
        if (signal.aborted) return { ...exit, expected: true }
        const reason = lastLines(error instanceof Error ? error.message : String(error), 20)
        last = { ...exit, lastLogLines: reason }
        warn(`PostgreSQL does not start again (tries left: ${pauses.length}): ${reason.join(' ')}`)
      }
    }
    return last
  }
}

function causeOf({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
