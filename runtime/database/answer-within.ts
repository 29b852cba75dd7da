import { setTimeout as pause } from 'node:timers/promises'

/** What `work` comes to, or the error of `late` when that takes longer: a server that hangs refuses nothing. */
export async function answerWithin<Answer>(
  timeoutMs: number,
  work: Promise<Answer>,
  late: () => Error,
): Promise<Answer> {
  const timer = new AbortController()
  const timeout = pause(timeoutMs, undefined, { signal: timer.signal }).then(
    () => Promise.reject(late()),
    // The work was faster, and nobody waits for this any more
    () => work,
  )
  try {
    return await Promise.race([work, timeout])
  } finally {
    timer.abort()
    timeout.catch(() => {})
  }
}
