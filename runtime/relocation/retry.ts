import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { sqlState } from '../database/errors.ts'

/** What a repeat does not mend. */
export class PermanentError extends Error {}

/** Somebody asked to stop, or to go back. */
export class Interrupted extends Error {}

/** How long failures are borne with before a step is given up, in milliseconds. */
export interface Patience {
  /** Before the seal, when the modules are where they were and nothing is lost by giving up. */
  beforeSealMs: number
  /** After it: going back would be no safer than going on. */
  afterSealMs: number
}

export const PATIENCE: Patience = { beforeSealMs: 60_000, afterSealMs: 30 * 60_000 }

/** PostgreSQL refuses the user, who gets no right by asking again. */
const INSUFFICIENT_PRIVILEGE = '42501'
const PAUSE: BackOff = { firstMs: 50, longestMs: 3000 }

/** Takes `work` again while it fails, less and less often, for `patienceMs`. Throws its last error then. */
export async function retry<Answer>(
  work: () => Promise<Answer>,
  {
    patienceMs,
    signal,
    failed = () => {},
  }: { patienceMs: number; signal: AbortSignal; failed?: (error: Error) => void },
): Promise<Answer> {
  const until = performance.now() + patienceMs
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (error instanceof PermanentError || error instanceof Interrupted || performance.now() > until)
        throw error
      if (sqlState(error) === INSUFFICIENT_PRIVILEGE)
        throw new PermanentError((error as Error).message, { cause: error })
      failed(error as Error)
      await rest(waitAfter(failures, PAUSE), signal)
    }
  }
}

/** Sleeps, unless interrupted. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await interruptible(() => sleep(ms), signal)
}

/** Begins something and waits for it, unless interrupted: then it may go on by itself. */
export async function interruptible<Answer>(
  work: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const interrupt = () => reject(signal.reason)
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await Promise.race([work(), promise])
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}
