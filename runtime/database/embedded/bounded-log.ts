import { copyFile, stat, truncate } from 'node:fs/promises'

const MAX_BYTES = 10 * 2 ** 20
const LOOK_MS = 10_000

/** Keeps PostgreSQL's log from growing for ever: at most some 10 MB, and as much of what was before in `….1`. */
export function boundLog(path: string): { stop(): void } {
  const timer = setInterval(() => void rotateWhenLarge(path, MAX_BYTES).catch(() => {}), LOOK_MS).unref()
  return { stop: () => clearInterval(timer) }
}

/**
 * Copies a log that is too large beside itself and empties it. PostgreSQL holds the file open and appends to it, so it
 * cannot be renamed. What is written between the two steps is lost, which a log can bear and a full disk cannot.
 */
export async function rotateWhenLarge(path: string, maxBytes: number): Promise<void> {
  if ((await stat(path)).size <= maxBytes) return
  await copyFile(path, `${path}.1`)
  await truncate(path)
}
