import type { ServerResponse } from 'node:http'
import type { Versions } from '../cache/versions.ts'

const GATHER_MS = 20
const HEARTBEAT_MS = 5000
/** A reader that is this far behind is disconnected. It reconnects and drops its caches. */
const MAX_WAITING_BYTES = 1024 * 1024

/**
 * Writes a line with the names of modules as soon as they commit; commits in quick succession share lines. `isHere`
 * says whether a module is hosted by this process. Ends when the reader disconnects.
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
    if (pending.size > 0 && !gathering) flush()
  })
  const heartbeat = setInterval(() => write([]), HEARTBEAT_MS).unref()
  response.once('close', () => {
    stop()
    clearInterval(heartbeat)
    clearTimeout(gathering)
  })
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  write([])

  function flush(): void {
    gathering = undefined
    if (pending.size === 0) return
    write([...pending])
    pending.clear()
    gathering = setTimeout(flush, GATHER_MS).unref()
  }

  function write(modules: string[]): void {
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
    else response.write(`${JSON.stringify(modules)}\n`)
  }
}
