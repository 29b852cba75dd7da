import { type BackOff, waitAfter } from '#runtime/base/back-off.ts'

export const MAX_TRIES = 10

const RESEND: BackOff = { firstMs: 10_000, longestMs: 6 * 3_600_000, factor: 3 }

/**
 * The time of the next try of a message that has failed `tries` times, or null to give up. The back-off starts at 10 s
 * and triples up to 6 h. The ten tries span 15 hours, so that a mail server may be down for a night.
 */
export function nextTry(tries: number, now: Date): Date | null {
  if (tries >= MAX_TRIES) return null
  return new Date(now.getTime() + waitAfter(tries, RESEND))
}
