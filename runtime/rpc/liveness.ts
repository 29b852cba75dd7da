import { request } from 'undici'

/**
 * Whether the process at an origin answers at all within `timeoutMs`. Opens a new connection, so that busy connections
 * of this process do not delay the answer.
 */
export async function isAlive(origin: string, timeoutMs: number): Promise<boolean> {
  const began = Date.now()
  try {
    const { body } = await request(`${origin}/health/live`, {
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    })
    await body.dump()
    return true
  } catch {
    // This process itself was suspended: the answer may have arrived without being read in time.
    const wasSuspended = Date.now() - began > 2 * timeoutMs
    return wasSuspended ? isAlive(origin, timeoutMs) : false
  }
}
