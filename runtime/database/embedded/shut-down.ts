import type { Place } from './place.ts'
import { runProgram } from './program.ts'

/**
 * Shuts PostgreSQL down: connections are ended, what is committed is written out. One that does not end in time
 * is stopped at once, and then killed; its next start recovers from its log.
 *
 * @param ended waits for its end, up to so many milliseconds, and tells whether it came
 */
export async function shutDown(
  pid: number,
  place: Pick<Place, 'dataDirectory' | 'binaries'>,
  ended: (timeoutMs: number) => Promise<boolean>,
): Promise<void> {
  for (const { mode, signal, timeoutMs } of degrees) {
    await request(mode, signal, pid, place)
    if (await ended(timeoutMs)) return
  }
  throw new Error(`it has not ended, even killed`)
}

const degrees = [
  // A full cache on a slow disk takes its time
  { mode: 'fast', signal: 'SIGINT', timeoutMs: 60_000 },
  { mode: 'immediate', signal: 'SIGQUIT', timeoutMs: 5_000 },
  { mode: undefined, signal: 'SIGKILL', timeoutMs: 5_000 },
] as const

async function request(
  mode: string | undefined,
  signal: NodeJS.Signals,
  pid: number,
  { binaries, dataDirectory }: Pick<Place, 'dataDirectory' | 'binaries'>,
): Promise<void> {
  if (process.platform === 'win32' && mode) {
    // Windows has no signals to catch
    await runProgram({ prefix: [] }, binaries.pgCtl, ['stop', '-W', '-m', mode, '-D', dataDirectory])
    return
  }
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
