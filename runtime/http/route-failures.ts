import type { FailureSpec, MethodSpec } from '../contract/contract.ts'
import { type RuntimeCode, runtimeFailures } from '../contract/failure.ts'
import { UNKNOWN_HOST } from './host-check.ts'

/** A status that routes can have in addition to those of their contract, with its codes. */
export interface SharedResponse {
  /** Its name in the components of the OpenAPI document. */
  name: string
  status: number
  failures: Record<string, FailureSpec>
  /** Whether the route of a method can have this response. Default: all can. */
  appliesTo?: (spec: MethodSpec) => boolean
  /** Which routes have it, as text for readers of the API. */
  routes: string
}

/** The failures of the edge and the dispatcher on the routes of methods. */
export const sharedResponses: readonly SharedResponse[] = [
  shared('BadRequest', 'all', {
    INVALID_INPUT: 'The input does not match the documented schema; `fields` lists the mistakes.',
    MALFORMED_BODY: 'The body is not JSON in UTF-8.',
    INVALID_REQUEST: 'The request is not valid HTTP.',
  }),
  shared('Unauthenticated', 'all', {
    UNAUTHENTICATED:
      'The token in `Authorization` is not valid, or is missing and the route needs one. The token of an ended session is also refused on routes that need none.',
  }),
  shared('Forbidden', 'those for staff', { FORBIDDEN: 'The permission is missing.' }, ({ access }) =>
    access.startsWith('staff:'),
  ),
  shared(
    'NotFound',
    'those with a parameter in the path',
    { NOT_FOUND: 'The URL is not encoded correctly, or does not exist.' },
    ({ rest }) => rest!.path.includes('{'),
  ),
  shared(
    'KeyReused',
    'those that accept an `Idempotency-Key`',
    { IDEMPOTENCY_KEY_REUSED: 'The `Idempotency-Key` was used with another input before.' },
    ({ kind }) => kind === 'command',
  ),
  shared(
    'PayloadTooLarge',
    'those with a body',
    { PAYLOAD_TOO_LARGE: 'The body is larger than 1 MiB.' },
    hasBody,
  ),
  shared(
    'UriTooLong',
    'those with a parameter in the path',
    { URI_TOO_LONG: 'A parameter in the path is too long.' },
    ({ rest }) => rest!.path.includes('{'),
  ),
  shared(
    'UnsupportedMediaType',
    'those with a body',
    { UNSUPPORTED_MEDIA_TYPE: 'The body is not `application/json`, or it is compressed.' },
    hasBody,
  ),
  shared('UnknownHost', 'all', {
    UNKNOWN_HOST:
      'The `Host` header does not name the shop’s own host. Only checked if the public URL of the shop is local.',
  }),
  shared(
    'RateLimited',
    'those that limit the calls of one client',
    { RATE_LIMITED: 'Too many requests of this kind from one client.' },
    ({ rateLimit }) => rateLimit !== undefined,
  ),
  shared('HeadersTooLarge', 'all', { HEADERS_TOO_LARGE: 'The headers are larger than 16 KiB.' }),
  shared('Internal', 'all', {
    INTERNAL: 'A bug in the shop; the log has its details under the `traceId`.',
  }),
  shared('Unavailable', 'all', {
    UNAVAILABLE:
      'A part of the shop does not answer: the request may have been executed. Repeat it with its `Idempotency-Key`.',
    OVERLOADED: 'The request was rejected before it was executed. Repeat it.',
  }),
  shared('DeadlineExceeded', 'all', {
    DEADLINE_EXCEEDED:
      'The request took too long, and may have been executed. Repeat it with its `Idempotency-Key`.',
  }),
]

/** Codes that routes of methods never have: the URL has no route, or only processes send the code to each other. */
export const codesWithoutRoute: readonly RuntimeCode[] = [
  'METHOD_NOT_ALLOWED',
  'MISDIRECTED',
  'REQUEST_TIMEOUT',
]

/** Whether responses with this status have a `Retry-After`. */
export function hasRetryAfter(status: number): boolean {
  return status === 429 || status === 503 || status === 504
}

function hasBody({ rest }: MethodSpec): boolean {
  return rest!.method !== 'GET'
}

/** Makes the response of one status from its codes and their summaries. */
function shared(
  name: string,
  routes: string,
  summaries: Partial<Record<RuntimeCode | 'UNKNOWN_HOST', string>>,
  appliesTo?: SharedResponse['appliesTo'],
): SharedResponse {
  const statuses: Record<string, number> = { ...runtimeFailures, UNKNOWN_HOST }
  const status = statuses[Object.keys(summaries)[0]!]!
  const failures = Object.fromEntries(
    Object.entries(summaries).map(([code, summary]) => [code, { status, summary }]),
  )
  return { name, status, failures, routes, ...(appliesTo ? { appliesTo } : {}) }
}
