import { lookup } from 'node:dns/promises'
import * as net from 'node:net'

/** The file descriptor of the public socket in a process that inherits it. */
export const INHERITED_FD = 3

/** The bound socket of the public port. This process accepts no connections from it. */
export interface PublicSocket {
  fd: number
  close(): void
}

/**
 * Binds the public port for replicas that inherit the socket. All replicas accept connections from one queue. This
 * process keeps the queue open, so no connection is lost when a replica ends: with one socket for each replica
 * (SO_REUSEPORT), the kernel would reset connections that the ended replica had not accepted. Returns undefined before
 * Node.js 26.4, which lacks bound sockets; then each replica binds the port itself. Throws EADDRINUSE when another
 * program uses the port.
 */
export async function bindPublicSocket(port: number, host: string): Promise<PublicSocket | undefined> {
  // Not a named import: it would fail in an older Node.js.
  const { BoundSocket } = net as Partial<typeof net>
  if (!BoundSocket || process.platform === 'win32') return undefined
  const { address } = await lookup(host)
  try {
    const socket = new BoundSocket({ port, host: address })
    return { fd: socket.fd(), close: () => socket.close() }
  } catch (error) {
    throw Object.assign(error as Error, { port })
  }
}
