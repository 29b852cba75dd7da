import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * The range to choose ports from. Systems choose the local ports of outgoing connections from 32768 (Linux) or 49152
 * (RFC 6335, section 6) upwards. A server there may lose its port during a restart: a client that tries to connect
 * meanwhile may be given the same port as its own local port, and connects to itself.
 */
const FIRST = 20_000
/** The end of the range, not part of it. */
const END = 32_768

const TRIES = 100

/**
 * A port of this machine on which nothing listens now, and which outgoing connections never get.
 *
 * @throws when 100 random ports are all in use
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, END)
    if (await isFree(port)) return port
  }
  throw new Error(`Cannot find a free port: ${TRIES} random ports from ${FIRST} to ${END - 1} are in use`)
}

/** Whether nothing listens on a port of this machine now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenError(port, '127.0.0.1')) === undefined
}

/** Why a server cannot listen at a port of an address now, such as EADDRINUSE; undefined when it can. */
export function listenError(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}
