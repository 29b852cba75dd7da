import type { ServerResponse } from 'node:http'
import type { Versions } from '../cache/versions.ts'

/** The shortest time between two lines with modules. */
const GATHER_MS = 20
/** The time between two empty lines, which show the reader that the stream is open. */
const HEARTBEAT_MS = 5000
/** A reader that is this far behind is disconnected. It reconnects and drops its caches. */
const MAX_WAITING_BYTES = 1024 * 1024

/**
 * Answers `GET /versions` with a stream of version updates: lines with JSON arrays of the names of modules that have
 * committed. Sends the first commit at once, and gathers those that follow soon into one line. `isHosted` says whether
 * this process hosts a module; others are left out. Ends when the reader disconnects.
 */
export function streamVersions(
  response: ServerResponse,
  versions: Versions,
  isHosted: (module: string) => boolean,
): void {
  const pending = new Set<string>()
  let gathering: NodeJS.Timeout | undefined
  const stopObserving = versions.observe((modules) => {
    for (const module of modules) if (isHosted(module)) pending.add(module)
    if (pending.size > 0 && !gathering) flush()
  })
  const heartbeat = setInterval(() => write([]), HEARTBEAT_MS).unref()
  response.once('close', () => {
    stopObserving()
    clearInterval(heartbeat)
    clearTimeout(gathering)
  })
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  // The first line shows that the stream is open
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
