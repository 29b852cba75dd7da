import { once } from 'node:events'
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'

const CHECK_MS = 50
const leaving = new WeakSet<Server>()

/**
 * Stops accepting connections, and resolves when all connections are closed. Existing ones stay open for `lingerMs`, so
 * that requests in flight are answered; their responses should have `connection: close` (see `isLeaving`). After that,
 * each connection is closed as soon as it is idle.
 */
export async function leaveConnections(server: Server, lingerMs: number): Promise<void> {
  if (!server.listening) return
  leaving.add(server)
  const closed = once(server, 'close')
  // The HTTP server's own close() would close idle connections at once, and so lose requests in flight.
  NetServer.prototype.close.call(server)
  let timer: NodeJS.Timeout | undefined
  const linger = setTimeout(() => {
    server.closeIdleConnections()
    timer = setInterval(() => server.closeIdleConnections(), CHECK_MS)
  }, lingerMs)
  await closed
  clearTimeout(linger)
  clearInterval(timer)
  // Releases the other resources of the HTTP server.
  server.close()
}

/** Whether `leaveConnections()` was called for a server, so that its responses should end their connections. */
export function isLeaving(server: Server): boolean {
  return leaving.has(server)
}
