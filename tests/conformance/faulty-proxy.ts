import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { type Claims, TokenMaker } from '#lab/conformance/token.ts'
import { type Implementation, SECRET } from './implementations.ts'

/** A request to an implementation on its way there, or the answer on its way back; faults change them. */
export interface Passing {
  path: string
  headers: Record<string, string>
  body: string
  /** What its token says, whoever signed it. */
  claims: Claims | undefined
}

export interface Coming {
  status: number
  headers: Record<string, string>
  body: string
}

/** What a planted fault does. `going` may answer in place of the implementation, or make a new token. */
export interface Fault {
  going?: (request: Passing) => Coming | { claims: Claims } | undefined
  coming?: (answer: Coming, request: Passing) => Coming
}

/** Stands before a good implementation and makes a bad one of it. */
export async function openFaulty(good: Implementation, fault: Fault): Promise<Implementation> {
  const tokens = new TokenMaker(SECRET)
  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? '/'
    const headers = incoming.headers as Record<string, string>
    const passing: Passing = {
      path,
      headers,
      body: await text(incoming),
      claims: claimsOf(headers.authorization),
    }
    const decided = fault.going?.(passing)
    if (decided && 'claims' in decided) {
      const audience = path.split('/').slice(2).join('.')
      headers.authorization = `Bearer ${tokens.make(audience, passing.body, decided)}`
    }
    let answer: Coming
    if (decided && 'status' in decided) answer = decided
    else {
      const { 'content-length': _, connection: __, host: ___, 'transfer-encoding': ____, ...rest } = headers
      const method = incoming.method as 'GET' | 'POST'
      const came = await request(good.origin + path, {
        method,
        headers: rest,
        ...(method === 'POST' ? { body: passing.body } : {}),
      })
      answer = {
        status: came.statusCode,
        headers: came.headers as Record<string, string>,
        body: await came.body.text(),
      }
    }
    const { status, headers: answered, body } = fault.coming?.(answer, passing) ?? answer
    const { 'content-length': _, connection: __, 'transfer-encoding': ___, ...kept } = answered
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
