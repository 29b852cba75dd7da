import { setTimeout as sleep } from 'node:timers/promises'

/** Checks `condition` every `everyMs` until it is true. Returns false when it is still false after `timeoutMs`. */
export async function waitUntil(
  condition: () => Promise<boolean>,
  { timeoutMs, everyMs = 10 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await sleep(everyMs)
  }
  return true
}
