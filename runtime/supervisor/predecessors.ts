import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import { isFree } from '../base/ports.ts'
import { isAlive } from '../database/embedded/processes.ts'
import { readControlRecord } from './control-record.ts'

/** Longer than processes take that find their supervisor gone (`ABANDONED_TIMEOUT_MS`). */
const PATIENCE_MS = 8000
const LOOK_MS = 50

/**
 * Waits for the processes of a supervisor that was killed, which end by themselves: they still have the ports that a start
 * soon after needs. The control file that it left in the data folder shows that there may be some; without it, and for
 * ports that do not become free within `patienceMs`, resolves at once: another program has them, and the process that
 * listens next reports it.
 */
export async function outlastPredecessors({
  dataDirectory,
  ports,
  log,
  patienceMs = PATIENCE_MS,
}: {
  dataDirectory: string
  ports: readonly number[]
  log: Log
  patienceMs?: number
}): Promise<void> {
  if (!(await wasKilled(dataDirectory))) return
  const until = performance.now() + patienceMs
  for (let tries = 0; ; tries++) {
    const free = await Promise.all(ports.map(isFree))
    const taken = ports.filter((_, index) => !free[index])
    if (taken.length === 0 || performance.now() > until) return
    if (tries === 0)
      log.warn(
        { ports: taken },
        'the last run of this shop was killed: waiting until its processes have ended',
      )
    await pause(LOOK_MS)
  }
}

async function wasKilled(dataDirectory: string): Promise<boolean> {
  const left = await readControlRecord(dataDirectory).catch(() => undefined)
  return left?.isOwn === true && !isAlive(left.pid)
}
