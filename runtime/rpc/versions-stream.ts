import type { ServerResponse } from 'node:http'
import type { Versions } from '../cache/versions.ts'

const GATHER_MS = 20
const HEARTBEAT_MS = 5000
/** A reader that is so far behind is cut off; it asks anew and drops its caches. */
const MAX_WAITING_BYTES = 1024 * 1024

/**
 * Writes a line with the names of the modules that committed something, as soon as they did; a burst is gathered into a
 * few lines. `isHere` tells the modules that this process speaks for. Ends when the reader leaves.
 */
export function streamVersions(
  response: ServerResponse,
  versions: Versions,
  isHere: (module: string) => boolean,
): void {
  const pending = new Set<string>()
  let gathering: NodeJS.Timeout | undefined
  const stop = versions.observe((modules) => {
    for (const module of modules) if (isHere(module)) pending.add(module)
    if (pending.size > 0 && !gathering) tell()
  })
  const heartbeat = setInterval(() => write([]), HEARTBEAT_MS).unref()
  response.once('close', () => {
    stop()
    clearInterval(heartbeat)
    clearTimeout(gathering)
  })
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  write([])

  function tell(): void {
    gathering = undefined
    if (pending.size === 0) return
    write([...pending])
    pending.clear()
    gathering = setTimeout(tell, GATHER_MS).unref()
  }

  function write(modules: string[]): void {
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
    else response.write(`${JSON.stringify(modules)}\n`)
  }
}
