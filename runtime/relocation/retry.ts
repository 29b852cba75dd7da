import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import { isDenied } from '../database/errors.ts'

/** An error that a retry cannot fix. */
export class PermanentError extends Error {}

/** The relocation was interrupted by a shutdown or a rollback. */
export class Interrupted extends Error {}

/** How long a failing step is retried. */
export interface RetryTimeouts {
  /** Before the seal. The modules are still at the source, so a failure loses nothing. */
  beforeSealMs: number
  /** After the seal. Rolling back would not be safer than retrying. */
  afterSealMs: number
}

export const RETRY_TIMEOUTS: RetryTimeouts = { beforeSealMs: 60_000, afterSealMs: 30 * 60_000 }

const BACK_OFF: BackOff = { firstMs: 50, longestMs: 3000 }

/**
 * Calls `work` until it succeeds, with a back-off, for at most `timeoutMs`. Then throws its last error; throws
 * permanent errors and interruptions at once. Calls `failed` with the error before each retry.
 */
export async function retry<Answer>(
  work: () => Promise<Answer>,
  {
    timeoutMs,
    signal,
    failed = () => {},
  }: { timeoutMs: number; signal: AbortSignal; failed?: (error: Error) => void },
): Promise<Answer> {
  const until = performance.now() + timeoutMs
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (error instanceof PermanentError || error instanceof Interrupted || performance.now() > until)
        throw error
      // A retry does not give the user the right that is missing.
      if (isDenied(error)) throw new PermanentError((error as Error).message, { cause: error })
      failed(error as Error)
      await pause(waitAfter(failures, BACK_OFF), signal)
    }
  }
}

/** Sleeps. Throws the reason of `signal` when it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await interruptible(() => sleep(ms), signal)
}

/**
 * Starts `work` and waits for it. Throws the reason of `signal` when it is aborted; the work may then still continue.
 */
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
