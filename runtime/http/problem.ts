import type { FastifyReply } from 'fastify'
import { Failure, runtimeFailure } from '../contract/failure.ts'

/** Problem details as RFC 9457 has them, with a stable `code` and, for bad input, the list of fields. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  data?: unknown
  fields?: { field: string; message: string }[]
  traceId?: string
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export function toProblem(failure: Failure): Problem {
  return {
    type: 'about:blank',
    title: failure.code.toLowerCase().replaceAll('_', ' '),
    status: failure.status,
    code: failure.code,
    detail: failure.message,
    ...(failure.data === undefined ? {} : { data: failure.data }),
    ...(failure.fields ? { fields: failure.fields } : {}),
    ...(failure.traceId ? { traceId: failure.traceId } : {}),
  }
}

export function sendProblem(reply: FastifyReply, failure: Failure): FastifyReply {
  const retryAfter = retryAfterOf(failure)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (failure.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(failure.status)
    .header('content-type', PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(toProblem(failure)))
}

/** Seconds after which another try makes sense; what may pass by itself always has some. */
export function retryAfterOf({ status, retryAfterSeconds }: Failure): number | undefined {
  return retryAfterSeconds ?? (status === 503 || status === 504 ? 1 : undefined)
}

/** What a place takes as the body of a request: the API's routes, or the pages' forms. */
export interface BodyRules {
  type: string
  limit: { bytes: number; words: string }
}

export const apiBody: BodyRules = {
  type: 'application/json',
  limit: { bytes: 1024 * 1024, words: '1 MiB' },
}
export const formBody: BodyRules = {
  type: 'application/x-www-form-urlencoded',
  limit: { bytes: 64 * 1024, words: '64 KiB' },
}

// What Fastify and Node say of requests that never reach a route.
const HTTP_ERRORS: Record<string, (body: BodyRules) => Failure> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ limit }) =>
    runtimeFailure('PAYLOAD_TOO_LARGE', `Cannot take the request: its body is larger than ${limit.words}`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ({ type }) =>
    runtimeFailure('UNSUPPORTED_MEDIA_TYPE', `Cannot read the body: send it as ${type}`),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    runtimeFailure('MALFORMED_BODY', 'Cannot read the body: it is not as long as Content-Length says'),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    runtimeFailure('URI_TOO_LONG', 'Cannot find this address: a part of it is longer than any can be'),
  FST_ERR_BAD_URL: () => runtimeFailure('NOT_FOUND', 'Cannot find this address: it is not encoded correctly'),
}

/** Puts whatever was thrown into words for the caller of such a place; undefined when it is a mistake of ours. */
export function knownFailure(error: unknown, body: BodyRules): Failure | undefined {
  if (error instanceof Failure) return error
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
  const known = code === undefined ? undefined : HTTP_ERRORS[code]
  if (known) return known(body)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return runtimeFailure('INVALID_REQUEST', `Cannot take the request: ${message}`)
  }
  return undefined
}
