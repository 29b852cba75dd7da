import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { Failure, runtimeFailure } from '../contract/failure.ts'

/** The status of the code of this name. */
export const UNKNOWN_HOST = 421
const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses requests with two `Host` headers (RFC 9112, 3.2). While the shop is developed, at an address of this machine, it
 * refuses names too that are not its own: another site whose name leads to this machine could else read what is shown to
 * its developer only, such as the mailbox with links that reset passwords. Probes of health may use any name.
 */
export function addHostCheck(app: FastifyInstance, publicUrl: string): void {
  const own = new URL(publicUrl).hostname
  const isDeveloped = THIS_MACHINE.test(own)
  app.addHook('onRequest', (request, _reply, done) => {
    const { rawHeaders, headers } = request.raw
    let hosts = 0
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at]!
      if (name.length === 4 && name.toLowerCase() === 'host') hosts++
    }
    if (hosts > 1)
      return done(runtimeFailure('INVALID_INPUT', `Cannot take the request: it has ${hosts} Host headers`))
    if (isDeveloped && !request.url.startsWith('/health/') && !isOwn(headers.host, own))
      return done(unknownHost(headers.host, publicUrl))
    done()
  })
}

/** Throws for a host that is not the shop's own. */
export function requireOwnHost(host: string | undefined, publicUrl: string): void {
  if (!isOwn(host, new URL(publicUrl).hostname)) throw unknownHost(host, publicUrl)
}

function unknownHost(host: string | undefined, publicUrl: string): Failure {
  return new Failure(
    'UNKNOWN_HOST',
    UNKNOWN_HOST,
    `Cannot answer for the host "${host}": this shop is ${publicUrl}. Set PANDO_PUBLIC_URL to the address that it has for its visitors`,
  )
}

/** No name of another site can be an IP address, the name of this machine, or end in `.localhost` (RFC 6761, 6.3). */
function isOwn(host: string | undefined, own: string): boolean {
  if (host === undefined) return true
  const name = host.replace(/:\d*$/, '').toLowerCase()
  if (name === own || name === 'localhost' || name.endsWith('.localhost')) return true
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) > 0 || name === hostname().toLowerCase()
}
