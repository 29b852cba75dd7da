import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import { PROBLEM_TYPE, toProblem } from './problem.ts'

/** Sends problem details for a request that Node's parser has refused, and closes the connection. */
export function refuseUnparsed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Record<string, string>,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(responseTo(error, headers))
  socket.destroy(error)
}

function responseTo(error: NodeJS.ErrnoException, headers: Record<string, string>): string {
  const failure = failureOf(error)
  const body = JSON.stringify(toProblem(failure))
  const lines = Object.entries({
    ...headers,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}\r\n${lines.join('')}\r\n${body}`
}

function failureOf({ code }: NodeJS.ErrnoException): Failure {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return runtimeFailure('REQUEST_TIMEOUT', 'Cannot accept the request: it did not arrive in time')
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return runtimeFailure(
      'HEADERS_TOO_LARGE',
      'Cannot accept the request: its headers are larger than 16 KiB',
    )
  }
  return runtimeFailure(
    'INVALID_REQUEST',
    `Cannot accept the request: it is not valid HTTP/1.1${code === undefined ? '' : ` (${code})`}`,
  )
}
