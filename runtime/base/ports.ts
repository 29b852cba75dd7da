import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Systems take the local ports of outgoing connections from 32768 up (Linux) or 49152 up (RFC 6335, section 6). A server
 * that has a port of theirs may not get it back after a restart: a client that knocks at it meanwhile can be given the
 * same port, and connects to itself.
 */
const FIRST = 20_000
const BEHIND_LAST = 32_768

const TRIES = 100

/** A port of this machine that nobody listens on at this moment, and that no outgoing connection is ever given. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, BEHIND_LAST)
    if (await isFree(port)) return port
  }
  throw new Error(`Cannot find a free port: ${TRIES} between ${FIRST} and ${BEHIND_LAST - 1} are taken`)
}

/** Whether nobody listens on a port of this machine at this moment. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
