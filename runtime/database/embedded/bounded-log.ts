import { copyFile, stat, truncate } from 'node:fs/promises'

const MAX_BYTES = 10 * 2 ** 20
const CHECK_INTERVAL_MS = 10_000

/** Limits PostgreSQL's log to about 10 MB, plus the same amount of earlier lines in `….1`. */
export function boundLog(path: string): { stop(): void } {
  const rotate = () => void rotateWhenLarge(path, MAX_BYTES).catch(() => {})
  const timer = setInterval(rotate, CHECK_INTERVAL_MS).unref()
  return { stop: () => clearInterval(timer) }
}

/**
 * Copies a log that is too large to `….1` and empties it. PostgreSQL keeps the file open and appends to it, so it
 * cannot be renamed. Lines written between the two steps are lost, which is better than a full disk.
 */
export async function rotateWhenLarge(path: string, maxBytes: number): Promise<void> {
  if ((await stat(path)).size <= maxBytes) return
  await copyFile(path, `${path}.1`)
  await truncate(path)
}
