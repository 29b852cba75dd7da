import { lookup } from 'node:dns/promises'
import * as net from 'node:net'

/** The number that the socket has in a process that inherits it. */
export const INHERITED_FD = 3

/** The socket of the public port, bound but not accepted from here. */
export interface PublicSocket {
  fd: number
  close(): void
}

/**
 * Binds the public port for replicas that inherit the socket. They accept from one queue, and as it is open here too, a
 * replica that ends takes none of the connections in it with it: with a socket for each (SO_REUSEPORT), the kernel
 * resets those that the ending one has not accepted yet. Answers undefined where Node.js cannot do it (before 26.4);
 * replicas bind the port themselves then. Throws EADDRINUSE when another program has it.
 */
export async function bindPublicSocket(port: number, host: string): Promise<PublicSocket | undefined> {
  // Not imported by name: an older Node.js has no such thing.
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
