import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { negotiate } from '@fastify/accept-negotiator'
import type { FastifyInstance, FastifyReply } from 'fastify'

const ENCODINGS = ['br', 'gzip'] as const
type Encoding = (typeof ENCODINGS)[number]

const READS = new Set(['GET', 'HEAD'])
/** A body that fits into one packet does not arrive sooner when it is shorter. */
const MIN_BYTES = 1400
const COMPRESSIBLE = /^(?:text\/|application\/(?:[\w.+-]*json|javascript|xml)|image\/svg)/

// Higher levels save a tenth of the bytes for twice the time, and a page is often compressed for only one response.
const brotli = promisify(brotliCompress)
const BROTLI_OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const gzipAsync = promisify(gzip)
const GZIP_OPTIONS = { level: 5 }

const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => brotli(body, BROTLI_OPTIONS),
  gzip: (body) => gzipAsync(body, GZIP_OPTIONS),
}

/**
 * Compresses text for clients that accept it (RFC 9110, 12.5.3), off the main thread. A `Buffer` is a cached body that
 * is sent several times, such as a page or a style sheet, so its compressed bodies are cached as long as the buffer
 * exists. Only responses to reads are compressed: a response to a write may contain a new secret together with input of
 * the client, and its compressed length would reveal the secret (BREACH).
 */
export function addCompression(app: FastifyInstance): void {
  const cache = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Buffer>>>>()

  // With a callback, since an uncompressed response needs no promise.
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (!READS.has(request.method) || !isLongText(reply, payload)) return done(null, payload)
    const vary = reply.getHeader('vary')
    reply.header('vary', vary ? `${vary}, accept-encoding` : 'accept-encoding')
    const encoding = negotiated(request.headers['accept-encoding'])
    if (!encoding) return done(null, payload)
    const compressing =
      typeof payload === 'string' ? compress[encoding](Buffer.from(payload)) : compressedOf(payload, encoding)
    compressing.then((body) => {
      reply.header('content-encoding', encoding).removeHeader('content-length')
      const etag = reply.getHeader('etag')
      // A weak tag, because the bytes differ for the same content (RFC 9110, 8.8.3.3).
      if (typeof etag === 'string' && !etag.startsWith('W/')) reply.header('etag', `W/${etag}`)
      done(null, body)
    }, done)
  })

  function compressedOf(payload: Buffer, encoding: Encoding): Promise<Buffer> {
    const compressed = cache.get(payload) ?? {}
    cache.set(payload, compressed)
    compressed[encoding] ??= compress[encoding](payload)
    return compressed[encoding]
  }
}

function isLongText(reply: FastifyReply, payload: unknown): payload is string | Buffer {
  if (!(typeof payload === 'string' || Buffer.isBuffer(payload)) || payload.length < MIN_BYTES) return false
  return !reply.hasHeader('content-encoding') && COMPRESSIBLE.test(String(reply.getHeader('content-type')))
}

function negotiated(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined
  // Content codings are case-insensitive (RFC 9110, 8.4.1), but the library compares them exactly.
  const accepted = header.toLowerCase()
  return (negotiate(accepted, ENCODINGS as unknown as string[]) as Encoding | null) ?? undefined
}
