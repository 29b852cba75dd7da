/** The waits between retries: each is longer than the one before, up to a longest wait. */
export interface BackOff {
  firstMs: number
  longestMs: number
  /** Each wait is this many times as long as the one before. Default: 2. */
  factor?: number
  /**
   * Shortens each wait by a random part of up to half, so that clients that failed together do not retry together.
   * Default: off.
   */
  jitter?: boolean
}

/** Milliseconds to wait after `failures` failures in a row, which must be at least 1. */
export function waitAfter(
  failures: number,
  { firstMs, longestMs, factor = 2, jitter = false }: BackOff,
): number {
  // A higher exponent could overflow to infinity.
  const waitMs = Math.min(firstMs * factor ** Math.min(failures - 1, 60), longestMs)
  return jitter ? waitMs * (0.5 + Math.random() / 2) : waitMs
}
