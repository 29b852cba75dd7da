import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { type Claims, TokenMaker } from '#lab/conformance/token.ts'
import { type Implementation, SECRET } from './implementations.ts'

/** A request to an implementation, as the proxy received it. A fault may change it. */
export interface ProxiedRequest {
  path: string
  headers: Record<string, string>
  body: string
  /** The claims of its token; the signature was not verified. */
  claims: Claims | undefined
}

/** An answer of an implementation. A fault may change it. */
export interface ProxiedAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * A fault to simulate. `onRequest` may answer in place of the implementation, or return the claims of a new token for the
 * request. `onAnswer` may replace the answer.
 */
export interface Fault {
  onRequest?: (request: ProxiedRequest) => ProxiedAnswer | { claims: Claims } | undefined
  onAnswer?: (answer: ProxiedAnswer, request: ProxiedRequest) => ProxiedAnswer
}

/** Opens a proxy that makes the correct implementation behind it look faulty. */
export async function openFaulty(correct: Implementation, fault: Fault): Promise<Implementation> {
  const tokens = new TokenMaker(SECRET)
  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? '/'
    const headers = incoming.headers as Record<string, string>
    const proxied: ProxiedRequest = {
      path,
      headers,
      body: await text(incoming),
      claims: claimsOf(headers.authorization),
    }
    const replacement = fault.onRequest?.(proxied)
    if (replacement && 'claims' in replacement) {
      const audience = path.split('/').slice(2).join('.')
      headers.authorization = `Bearer ${tokens.make(audience, proxied.body, replacement)}`
    }
    let answer: ProxiedAnswer
    if (replacement && 'status' in replacement) answer = replacement
    else {
      const { 'content-length': _, connection: __, host: ___, 'transfer-encoding': ____, ...rest } = headers
      const method = incoming.method as 'GET' | 'POST'
      const forwarded = await request(correct.origin + path, {
        method,
        headers: rest,
        ...(method === 'POST' ? { body: proxied.body } : {}),
      })
      if (path === '/versions') {
        // A stream without an end, to which no fault applies
        response.writeHead(forwarded.statusCode, {
          'content-type': String(forwarded.headers['content-type']),
        })
        pipeline(forwarded.body, response, () => {})
        return
      }
      answer = {
        status: forwarded.statusCode,
        headers: forwarded.headers as Record<string, string>,
        body: await forwarded.body.text(),
      }
    }
    const { status, headers: answerHeaders, body } = fault.onAnswer?.(answer, proxied) ?? answer
    const { 'content-length': _, connection: __, 'transfer-encoding': ___, ...kept } = answerHeaders
    response.writeHead(status, kept).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function claimsOf(authorization: string | undefined): Claims | undefined {
  const payload = authorization?.split('.')[1]
  if (payload === undefined) return undefined
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
}
