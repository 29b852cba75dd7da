import type { FastifyReply } from 'fastify'
import { Failure, runtimeFailure } from '../contract/failure.ts'

/** Problem details (RFC 9457), with a stable `code` and, for invalid input, the list of fields. */
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

/** Seconds after which a retry may succeed; for 503 and 504 by default 1. */
export function retryAfterOf({ status, retryAfterSeconds }: Failure): number | undefined {
  return retryAfterSeconds ?? (status === 503 || status === 504 ? 1 : undefined)
}

/** The accepted request bodies of a kind of route: the API's routes, or the pages' forms. */
export interface BodyRules {
  type: string
  limit: { bytes: number; text: string }
}

export const apiBody: BodyRules = {
  type: 'application/json',
  limit: { bytes: 1024 * 1024, text: '1 MiB' },
}
export const formBody: BodyRules = {
  type: 'application/x-www-form-urlencoded',
  limit: { bytes: 64 * 1024, text: '64 KiB' },
}

/** The failures for errors of Fastify before a request reaches a handler, by Fastify's code. */
const HTTP_ERRORS: Record<string, (body: BodyRules) => Failure> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ limit }) =>
    runtimeFailure('PAYLOAD_TOO_LARGE', `Cannot accept the request: its body is larger than ${limit.text}`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ({ type }) =>
    runtimeFailure('UNSUPPORTED_MEDIA_TYPE', `Cannot read the body: send it as ${type}`),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    runtimeFailure('MALFORMED_BODY', 'Cannot read the body: its length differs from Content-Length'),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    runtimeFailure('URI_TOO_LONG', 'Cannot find this URL: a parameter in its path is too long'),
  FST_ERR_BAD_URL: () => runtimeFailure('NOT_FOUND', 'Cannot find this URL: it is not encoded correctly'),
}

/** Converts an error that a client can cause to a failure; undefined when the error is a bug. */
export function knownFailure(error: unknown, body: BodyRules): Failure | undefined {
  if (error instanceof Failure) return error
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
  const known = code === undefined ? undefined : HTTP_ERRORS[code]
  if (known) return known(body)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return runtimeFailure('INVALID_REQUEST', `Cannot accept the request: ${message}`)
  }
  return undefined
}
