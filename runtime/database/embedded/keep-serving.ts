import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './embedded-database-error.ts'
import type { Exit } from './launch.ts'
import type { Server } from './server.ts'

/** The wait before each new start. After the last of them nobody tries any more. */
const PAUSES_MS: readonly number[] = [0, 500, 1000, 2000, 4000]
/** Whoever lived this long has come back for good: its next end begins with the first pause again. */
const STABLE_MS = 5000

/**
 * A server that comes back by itself: whenever it ends without having been asked to, it is started again. Its
 * `exited` settles when it was stopped, or when it did not come up any more; that exit tells the last reason.
 *
 * @param startAgain must bring it up on the same port, which its clients know, and give up when the signal says so
 * @param warn told, in one line, of each end and each start
 */
export function keepServing(
  first: Server,
  startAgain: (signal: AbortSignal) => Promise<Server>,
  warn: (line: string) => void,
  pausesMs = PAUSES_MS,
): Server {
  const stopping = new AbortController()
  let current = first
  const exited = untilGone()
  return { ...first, exited, stop }

  async function stop(): Promise<void> {
    stopping.abort()
    await current.stop()
    await exited
  }

  async function untilGone(): Promise<Exit> {
    let pauses = [...pausesMs]
    for (;;) {
      const began = performance.now()
      const exit = await current.exited
      if (exit.expected) return exit
      const lost = performance.now()
      if (lost - began >= STABLE_MS) pauses = [...pausesMs]
      warn(`PostgreSQL ended by itself (${causeOf(exit)}): it is started again`)
      const failed = await comeBack(exit, pauses)
      if (failed) return failed
      warn(`PostgreSQL answers again after ${((performance.now() - lost) / 1000).toFixed(1)} s`)
    }
  }

  /** Takes one of `pauses` for each try. Answers nothing when the server is up again, else why it is not. */
  async function comeBack(exit: Exit, pauses: number[]): Promise<Exit | undefined> {
    const { signal } = stopping
    let last = exit
    for (let pause = pauses.shift(); pause !== undefined; pause = pauses.shift()) {
      try {
        await sleep(pause, undefined, { signal })
        current = await startAgain(signal)
        if (signal.aborted) await current.stop()
        return undefined
      } catch (error) {
        if (signal.aborted) return { ...exit, expected: true }
        const said = lastLines(error instanceof Error ? error.message : String(error), 20)
        last = { ...exit, lastLogLines: said }
        warn(`PostgreSQL does not come up again, ${pauses.length} tries are left: ${said.join(' ')}`)
      }
    }
    return last
  }
}

function causeOf({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
