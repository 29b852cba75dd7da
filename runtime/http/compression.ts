import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { negotiate } from '@fastify/accept-negotiator'
import type { FastifyInstance, FastifyReply } from 'fastify'

const ENCODINGS = ['br', 'gzip'] as const
type Encoding = (typeof ENCODINGS)[number]

const READS = new Set(['GET', 'HEAD'])
/** What fits into one packet gets through no sooner when it is shorter. */
const MIN_BYTES = 1400
const COMPRESSIBLE = /^(?:text\/|application\/(?:[\w.+-]*json|javascript|xml)|image\/svg)/

// Better levels save a tenth of the bytes for twice the time, and a page is often compressed for one reader.
const brotli = promisify(brotliCompress)
const BROTLI_OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const gzipped = promisify(gzip)
const GZIP_OPTIONS = { level: 5 }

const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => brotli(body, BROTLI_OPTIONS),
  gzip: (body) => gzipped(body, GZIP_OPTIONS),
}

/**
 * Compresses text for clients that accept it (RFC 9110, 12.5.3), off the main thread. A `Buffer` is something kept that is
 * sent again, a page or a style sheet: its compressed forms are kept as long as itself. Only what is read is compressed:
 * answers to writes may hold a new secret beside what the client has sent, whose length would tell of it (BREACH).
 */
export function addCompression(app: FastifyInstance): void {
  const kept = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Buffer>>>>()

  // With `done`, as an answer that stays as it is needs no promise.
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
      // Other bytes with the same meaning (RFC 9110, 8.8.3.3).
      if (typeof etag === 'string' && !etag.startsWith('W/')) reply.header('etag', `W/${etag}`)
      done(null, body)
    }, done)
  })

  function compressedOf(payload: Buffer, encoding: Encoding): Promise<Buffer> {
    const forms = kept.get(payload) ?? {}
    kept.set(payload, forms)
    forms[encoding] ??= compress[encoding](payload)
    return forms[encoding]
  }
}

function isLongText(reply: FastifyReply, payload: unknown): payload is string | Buffer {
  if (!(typeof payload === 'string' || Buffer.isBuffer(payload)) || payload.length < MIN_BYTES) return false
  return !reply.hasHeader('content-encoding') && COMPRESSIBLE.test(String(reply.getHeader('content-type')))
}

function negotiated(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined
  // Names of codings are alike in capitals (RFC 9110, 8.4.1); the library compares letter by letter
  const asked = header.toLowerCase()
  return (negotiate(asked, ENCODINGS as unknown as string[]) as Encoding | null) ?? undefined
}
