import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import { isFree } from '../base/ports.ts'
import { isAlive } from '../database/embedded/processes.ts'
import { readControlRecord } from './control-record.ts'

/** Longer than processes take to end after their supervisor was killed (`ABANDONED_TIMEOUT_MS`). */
const TIMEOUT_MS = 8000
const POLL_MS = 50

/**
 * Waits for the processes of a killed supervisor. They end by themselves, but still use the ports that a new start
 * needs. There may be such processes if the data folder has the control record of a process that no longer lives.
 * Otherwise resolves at once. Also resolves when ports are not free after `timeoutMs`: then another program uses them,
 * and listening will fail with a message.
 */
export async function waitForPredecessors({
  dataDirectory,
  ports,
  log,
  timeoutMs = TIMEOUT_MS,
}: {
  dataDirectory: string
  ports: readonly number[]
  log: Log
  timeoutMs?: number
}): Promise<void> {
  if (!(await wasKilled(dataDirectory))) return
  const until = performance.now() + timeoutMs
  for (let attempts = 0; ; attempts++) {
    const free = await Promise.all(ports.map(isFree))
    const taken = ports.filter((_, index) => !free[index])
    if (taken.length === 0 || performance.now() > until) return
    if (attempts === 0)
      log.warn({ ports: taken }, 'the last run of this shop was killed, waiting for the end of its processes')
    await pause(POLL_MS)
  }
}

async function wasKilled(dataDirectory: string): Promise<boolean> {
  const record = await readControlRecord(dataDirectory).catch(() => undefined)
  return record?.isOwn === true && !isAlive(record.pid)
}
