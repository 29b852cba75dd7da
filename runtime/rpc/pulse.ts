import { request } from 'undici'

/**
 * Whether the process at this origin answers anything at all within the time. Connections are made anew, so that it
 * does not matter how busy the others are.
 */
export async function hasPulse(origin: string, patienceMs: number): Promise<boolean> {
  const began = Date.now()
  try {
    const { body } = await request(`${origin}/health/live`, {
      reset: true,
      signal: AbortSignal.timeout(patienceMs),
    })
    await body.dump()
    return true
  } catch {
    // When this process itself stood still meanwhile, the answer may have come and was not read in time.
    const stoodStill = Date.now() - began > 2 * patienceMs
    return stoodStill ? hasPulse(origin, patienceMs) : false
  }
}
