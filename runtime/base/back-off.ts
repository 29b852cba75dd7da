/** How long to wait between tries of what fails: longer each time, up to a longest wait. */
export interface BackOff {
  firstMs: number
  longestMs: number
  /** How many times as long each wait is as the one before. Default: 2. */
  factor?: number
  /** Up to half of the wait is left to chance, so that callers that failed together do not return together. Default: off. */
  jitter?: boolean
}

/** Milliseconds to wait after so many failures in a row, from 1. */
export function waitAfter(
  failures: number,
  { firstMs, longestMs, factor = 2, jitter = false }: BackOff,
): number {
  // The exponent has a limit, as many failures would make it infinite.
  const waitMs = Math.min(firstMs * factor ** Math.min(failures - 1, 60), longestMs)
  return jitter ? waitMs * (0.5 + Math.random() / 2) : waitMs
}
