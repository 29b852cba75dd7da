import { once } from 'node:events'
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'

const LOOK_MS = 50
const leaving = new WeakSet<Server>()

/**
 * Takes no new connections, and resolves when all are gone. For `lingerMs` those that are there stay open, so that a
 * request that is on its way finds somebody: its answer should say `connection: close` (see `isLeaving`). After that,
 * each is closed as soon as nothing runs on it.
 */
export async function leaveConnections(server: Server, lingerMs: number): Promise<void> {
  if (!server.listening) return
  leaving.add(server)
  const closed = once(server, 'close')
  // An HTTP server's own would close idle connections at once, and with them requests that are under way to it.
  NetServer.prototype.close.call(server)
  let timer: NodeJS.Timeout | undefined
  const linger = setTimeout(() => {
    server.closeIdleConnections()
    timer = setInterval(() => server.closeIdleConnections(), LOOK_MS)
  }, lingerMs)
  await closed
  clearTimeout(linger)
  clearInterval(timer)
  // What it keeps beside its connections.
  server.close()
}

/** Whether a server is being left: its answers should end their connections. */
export function isLeaving(server: Server): boolean {
  return leaving.has(server)
}
