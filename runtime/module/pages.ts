import type { Failure } from '../contract/failure.ts'
import type { Html } from '../html/html.ts'
import type { BaseContext, Needs } from './context.ts'

/** What a page's handler learns of its request. */
export interface PageRequest {
  params: Record<string, string>
  query: Record<string, string>
  /** The posted form; empty for GET. A field that comes twice is its last value. */
  form: Record<string, string>
  cookies: Record<string, string | undefined>
  /** Path and query as they came. */
  url: string
}

export interface CookieChange {
  name: string
  /** null deletes it. */
  value: string | null
  /** Seconds; a session cookie without. */
  maxAge?: number
  /** Whether scripts are kept from it; true unless told. */
  httpOnly?: boolean
}

/** What a page's handler answers. */
export interface PageReply {
  status?: number
  body?: Html | string | Buffer
  /** `text/html` unless told. */
  type?: string
  /** Answers 303 See Other to this path. */
  redirect?: string
  cookies?: CookieChange[]
  /** With an `etag`, a request that has this version already is answered 304. */
  headers?: Record<string, string>
}

/** Tokens that stand for somebody or something; one that is left out stays the request's. */
export interface Tokens {
  session?: string
  bearer?: string
}

export interface PageContext<Of extends Needs, Services> extends BaseContext<Of, Services> {
  /** Why nobody can tell who the visitor is, though they have a session: the caller is a guest meanwhile. */
  readonly unknownVisitor: Failure | undefined
  /**
   * The same context for who holds these tokens: right after a log-in, or where the visitor has a token that is not in
   * the request's own cookies. A session that has ended makes a guest.
   */
  withTokens(tokens: Tokens): Promise<PageContext<Of, Services>>
}

/** One route of a module that serves pages. */
export interface Page<Of extends Needs = Needs, Services = unknown> {
  method: 'GET' | 'POST'
  /** As Fastify writes it: `/products/:handle`. */
  path: string
  handle: (request: PageRequest, context: PageContext<Of, Services>) => Promise<PageReply>
  /** Answers to requests without cookies may be kept until one of these modules commits a change, or for `maxAgeMs`. */
  cache?: { dependsOn: readonly string[]; maxAgeMs: number }
  /** It shows what is for the developer only, so it answers at the shop's own host, whatever other names lead here. */
  ownHostOnly?: boolean
  /** Requests that one client address may make; 429 above it. */
  rateLimit?: { max: number; windowMs: number } | undefined
}

/**
 * What a person sees in place of a page that failed, or that there is not. When nobody can tell who asks, the caller is
 * a guest; when it fails itself, the failure is sent as problem details.
 */
export type ErrorPage<Of extends Needs = Needs, Services = unknown> = (
  failure: Failure,
  request: PageRequest,
  context: PageContext<Of, Services>,
) => Promise<PageReply>
