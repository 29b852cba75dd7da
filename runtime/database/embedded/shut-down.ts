import type { Instance } from './instance.ts'
import { runProgram } from './program.ts'

/**
 * Shuts PostgreSQL down: it ends all connections and writes committed data to disk. If it has not ended after a minute,
 * it is shut down in the immediate mode, and after five more seconds killed; its next start then recovers from its log.
 *
 * @param ended waits at most `timeoutMs` for the end of the process, and returns whether it has ended
 * @throws when PostgreSQL has not even ended after it was killed
 */
export async function shutDown(
  pid: number,
  instance: Pick<Instance, 'dataDirectory' | 'binaries'>,
  ended: (timeoutMs: number) => Promise<boolean>,
): Promise<void> {
  for (const { mode, signal, timeoutMs } of stages) {
    await request(mode, signal, pid, instance)
    if (await ended(timeoutMs)) return
  }
  throw new Error('it has not even ended after SIGKILL')
}

const stages = [
  // Writing a full cache to a slow disk takes long
  { mode: 'fast', signal: 'SIGINT', timeoutMs: 60_000 },
  { mode: 'immediate', signal: 'SIGQUIT', timeoutMs: 5_000 },
  { mode: undefined, signal: 'SIGKILL', timeoutMs: 5_000 },
] as const

async function request(
  mode: string | undefined,
  signal: NodeJS.Signals,
  pid: number,
  { binaries, dataDirectory }: Pick<Instance, 'dataDirectory' | 'binaries'>,
): Promise<void> {
  if (process.platform === 'win32' && mode) {
    // Windows has no signals
    await runProgram({ prefix: [] }, binaries.pgCtl, ['stop', '-W', '-m', mode, '-D', dataDirectory])
    return
  }
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
