import type { Failure } from '../contract/failure.ts'
import type { Html } from '../html/html.ts'
import type { BaseContext, Needs } from './context.ts'

/** The request as a page's handler gets it. */
export interface PageRequest {
  params: Record<string, string>
  query: Record<string, string>
  /** The posted form; empty for GET. Of a repeated field, the last value counts. */
  form: Record<string, string>
  cookies: Record<string, string | undefined>
  /** The path and query of the request, unchanged. */
  url: string
}

export interface CookieChange {
  name: string
  /** null deletes the cookie. */
  value: string | null
  /** In seconds. Default: until the browser session ends. */
  maxAge?: number
  /** Whether scripts cannot read it. Default: true. */
  httpOnly?: boolean
}

/** The reply of a page's handler. */
export interface PageReply {
  /** Default: 200. */
  status?: number
  body?: Html | string | Buffer
  /** Default: `text/html`. */
  type?: string
  /** Redirects to this path, by default with 303 See Other. */
  redirect?: string
  cookies?: CookieChange[]
  /** With an `etag`, a client that already has this version of the page gets 304 and no body. */
  headers?: Record<string, string>
}

/** Tokens that replace those of the request. A missing one stays the request's. */
export interface Tokens {
  session?: string
  bearer?: string
}

export interface PageContext<Of extends Needs, Services> extends BaseContext<Of, Services> {
  /** Why it is unknown who visits: the session could not be checked, and the caller counts as a guest. */
  readonly unknownVisitor: Failure | undefined
  /**
   * A copy of the context for the holder of these tokens: right after a log-in, or for a token that is not in the
   * request's cookies. The holder of an ended session is a guest.
   */
  withTokens(tokens: Tokens): Promise<PageContext<Of, Services>>
}

/** One route of a module that serves pages. */
export interface Page<Of extends Needs = Needs, Services = unknown> {
  method: 'GET' | 'POST'
  /** In Fastify's syntax: `/products/:handle`. */
  path: string
  handle: (request: PageRequest, context: PageContext<Of, Services>) => Promise<PageReply>
  /** Replies to requests without cookies may be cached until one of these modules commits, or for `maxAgeMs`. */
  cache?: { dependsOn: readonly string[]; maxAgeMs: number }
  /** Whether the page is served only under the host of the shop's public URL: for pages for the developer. */
  ownHostOnly?: boolean
  /** How many requests one client network may make in a window; further ones get 429. */
  rateLimit?: { max: number; windowMs: number } | undefined
}

/**
 * Makes the page that replaces a failed or missing one. The caller is a guest when the visitor could not be identified.
 * When this function fails too, the failure is sent as problem details.
 */
export type ErrorPage<Of extends Needs = Needs, Services = unknown> = (
  failure: Failure,
  request: PageRequest,
  context: PageContext<Of, Services>,
) => Promise<PageReply>
