import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import { writeProblem } from './problem.ts'

const EMPTY = Buffer.alloc(0)

/**
 * Passes the body to `done`, or a failure when it is larger than `limit` bytes. Does not call `done` if the client
 * aborts.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  done: (body: Buffer, failure?: Failure) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else chunks.length = 0
  })
  request.on('end', () => {
    if (length > limit) {
      done(
        EMPTY,
        runtimeFailure(
          'PAYLOAD_TOO_LARGE',
          `Cannot accept the request: its body is larger than ${limit} bytes`,
        ),
      )
    } else done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length))
  })
}

export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

export function sendText(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

export function sendFailure(
  response: ServerResponse,
  failure: Failure,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(writeProblem(failure))
  response.writeHead(failure.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(failure.retryAfterSeconds === undefined ? {} : { 'retry-after': String(failure.retryAfterSeconds) }),
    ...headers,
  })
  response.end(body)
}
