import type { FailureSpec, MethodSpec } from '../contract/contract.ts'
import { type RuntimeCode, runtimeFailures } from '../contract/failure.ts'
import { UNKNOWN_HOST } from './host-check.ts'

/** A status that routes answer with whatever their contract declares, and the codes that it can come with. */
export interface SharedAnswer {
  /** Its name among the components of the OpenAPI document. */
  name: string
  status: number
  failures: Record<string, FailureSpec>
  /** Whether this method's route can answer so; by default all can. */
  on?: (spec: MethodSpec) => boolean
  /** For the reader: which routes answer so. */
  routes: string
}

/** What the edge and the dispatcher answer on the methods' routes. */
export const sharedAnswers: readonly SharedAnswer[] = [
  shared('BadRequest', 'all', {
    INVALID_INPUT: 'The input is not as described; `fields` says where.',
    MALFORMED_BODY: 'The body is not JSON in UTF-8.',
    INVALID_REQUEST: 'The request is not HTTP as it should be.',
  }),
  shared('Unauthenticated', 'all', {
    UNAUTHENTICATED:
      'The token in `Authorization` counts for nothing, or there is none and the route needs one. Where a token is not needed, one that has ended is refused all the same.',
  }),
  shared('Forbidden', 'those for staff', { FORBIDDEN: 'The permission is missing.' }, ({ access }) =>
    access.startsWith('staff:'),
  ),
  shared(
    'NotFound',
    'those with a parameter in the path',
    { NOT_FOUND: 'The address is not encoded correctly, or leads nowhere.' },
    ({ rest }) => rest!.path.includes('{'),
  ),
  shared(
    'KeyReused',
    'those that take an `Idempotency-Key`',
    { IDEMPOTENCY_KEY_REUSED: 'The `Idempotency-Key` was used with another input before.' },
    ({ kind }) => kind === 'command',
  ),
  shared(
    'PayloadTooLarge',
    'those with a body',
    { PAYLOAD_TOO_LARGE: 'The body is larger than 1 MiB.' },
    takesBody,
  ),
  shared(
    'UriTooLong',
    'those with a parameter in the path',
    { URI_TOO_LONG: 'A parameter in the path is longer than any can be.' },
    ({ rest }) => rest!.path.includes('{'),
  ),
  shared(
    'UnsupportedMediaType',
    'those with a body',
    { UNSUPPORTED_MEDIA_TYPE: 'The body is not `application/json`, or it is compressed.' },
    takesBody,
  ),
  shared('UnknownHost', 'all', {
    UNKNOWN_HOST: 'The `Host` header names another host than the shop’s own; while it is developed only.',
  }),
  shared(
    'RateLimited',
    'those that limit the calls of one client',
    { RATE_LIMITED: 'Too many requests of this kind from one client.' },
    ({ rateLimit }) => rateLimit !== undefined,
  ),
  shared('HeadersTooLarge', 'all', { HEADERS_TOO_LARGE: 'The headers are larger than 16 KiB.' }),
  shared('Internal', 'all', {
    INTERNAL: 'A mistake of the shop; `traceId` finds it in the log.',
  }),
  shared('Unavailable', 'all', {
    UNAVAILABLE:
      'A part of the shop does not answer: the request may have been executed. Repeat it with its `Idempotency-Key`.',
    OVERLOADED: 'Shed before it began. Repeat it.',
  }),
  shared('DeadlineExceeded', 'all', {
    DEADLINE_EXCEEDED: 'It took too long, and may have been executed. Repeat it with its `Idempotency-Key`.',
  }),
]

/** Codes that are no answer of a method's route: the address has none, or processes say it to each other only. */
export const beyondRoutes: readonly RuntimeCode[] = ['METHOD_NOT_ALLOWED', 'MISDIRECTED', 'REQUEST_TIMEOUT']

/** Statuses whose answers say in `Retry-After` when another try makes sense. */
export function tellsRetry(status: number): boolean {
  return status === 429 || status === 503 || status === 504
}

function takesBody({ rest }: MethodSpec): boolean {
  return rest!.method !== 'GET'
}

/** The codes of one status. */
function shared(
  name: string,
  routes: string,
  summaries: Partial<Record<RuntimeCode | 'UNKNOWN_HOST', string>>,
  on?: SharedAnswer['on'],
): SharedAnswer {
  const statuses: Record<string, number> = { ...runtimeFailures, UNKNOWN_HOST }
  const status = statuses[Object.keys(summaries)[0]!]!
  const failures = Object.fromEntries(
    Object.entries(summaries).map(([code, summary]) => [code, { status, summary }]),
  )
  return { name, status, failures, routes, ...(on ? { on } : {}) }
}
