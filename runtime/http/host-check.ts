import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { Failure, runtimeFailure } from '../contract/failure.ts'

/** The HTTP status of the failure UNKNOWN_HOST. */
export const UNKNOWN_HOST = 421
const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses requests with several `Host` headers (RFC 9112, 3.2). If the shop's public URL is local, as during
 * development, it also refuses other host names: a website whose name resolves to this machine could otherwise read
 * pages that are only for the developer, such as the mailbox with links to reset passwords. Health checks may use any
 * name.
 */
export function addHostCheck(app: FastifyInstance, publicUrl: string): void {
  const ownHost = new URL(publicUrl).hostname
  const isLocal = THIS_MACHINE.test(ownHost)
  app.addHook('onRequest', (request, _reply, done) => {
    const { rawHeaders, headers } = request.raw
    let hosts = 0
    // `rawHeaders` alternates names and values.
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!
      if (name.length === 4 && name.toLowerCase() === 'host') hosts++
    }
    if (hosts > 1)
      return done(runtimeFailure('INVALID_INPUT', `Cannot accept the request: it has ${hosts} Host headers`))
    if (isLocal && !request.url.startsWith('/health/') && !isOwn(headers.host, ownHost))
      return done(unknownHost(headers.host, publicUrl))
    done()
  })
}

/** Throws UNKNOWN_HOST for a host that is not the shop's own. */
export function requireOwnHost(host: string | undefined, publicUrl: string): void {
  if (!isOwn(host, new URL(publicUrl).hostname)) throw unknownHost(host, publicUrl)
}

function unknownHost(host: string | undefined, publicUrl: string): Failure {
  return new Failure(
    'UNKNOWN_HOST',
    UNKNOWN_HOST,
    `Cannot answer for the host "${host}": the public URL of this shop is ${publicUrl}. Set PANDO_PUBLIC_URL to the URL that visitors use`,
  )
}

/**
 * Whether a host is the shop's own. IP addresses, the name of this machine and names that end in `.localhost` (RFC
 * 6761, 6.3) count too, as no other website can have them.
 */
function isOwn(host: string | undefined, ownHost: string): boolean {
  if (host === undefined) return true
  const name = host.replace(/:\d*$/, '').toLowerCase()
  if (name === ownHost || name === 'localhost' || name.endsWith('.localhost')) return true
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) > 0 || name === hostname().toLowerCase()
}
