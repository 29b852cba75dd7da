import type { FastifyRequest } from 'fastify'
import type { Dispatcher } from '../call/dispatch.ts'
import { type Caller, guest, system } from '../contract/caller.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'

/** The cookie with a session's token. */
export const SESSION_COOKIE = 'pando_session'
/** The cookie with a resource token, such as a cart's. */
export const BEARER_COOKIE = 'pando_bearer'

/** The header with a resource token, when `Authorization` has the token of a person. */
export const RESOURCE_TOKEN_HEADER = 'Pando-Bearer'

/** The maximum length of all tokens. */
export const MAX_TOKEN_LENGTH = 200

/** The visitor of a page. */
export interface Visitor {
  caller: Caller
  /** Why the session of the visitor could not be checked; the caller is a guest then. Undefined when it was checked. */
  sessionFailure: Failure | undefined
}

/** The answer of the module that identifies tokens. */
interface Identified {
  caller: Caller | null
  /** Why there is no caller, and what to do. */
  refusal?: string
}

/**
 * Identifies callers by their tokens. The module whose contract declares `identifies` knows the tokens of people; any
 * other token is a guest's resource token.
 */
export class Identifier {
  readonly #dispatcher: Dispatcher
  readonly #method: { module: string; name: string; prefixes: readonly string[] } | undefined

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
    for (const { module, name, spec } of dispatcher.methods) {
      if (spec.identifies) this.#method = { module, name, prefixes: spec.identifies }
    }
  }

  /**
   * Identifies the caller of an API request by `Authorization: Bearer …`. When this has a customer's token,
   * `Pando-Bearer` may add a resource token. An invalid token of a person is refused, or counts as a guest if the method
   * allows it (`endedSession`).
   */
  async fromHeaders(request: FastifyRequest, endedSession?: 'guest'): Promise<Caller> {
    const { authorization } = request.headers
    if (authorization === undefined) return guest
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1]
    if (!token || token.length > MAX_TOKEN_LENGTH) {
      throw runtimeFailure(
        'UNAUTHENTICATED',
        'Cannot read the Authorization header: send it as "Bearer" and a token',
      )
    }
    if (!this.#isOfPerson(token)) return { kind: 'guest', bearer: token }
    const { caller, refusal } = await this.#identify(token)
    if (!caller && endedSession !== 'guest')
      throw runtimeFailure('UNAUTHENTICATED', `Cannot accept the token: ${refusal ?? 'it is not valid'}`)
    return withBearer(caller ?? guest, request.headers[RESOURCE_TOKEN_HEADER.toLowerCase()])
  }

  /**
   * Identifies the visitor of a page. When the session has ended, or cannot be checked now, the visitor is a
   * guest.
   */
  async fromCookies(cookies: Record<string, string | undefined>): Promise<Visitor> {
    const session = cookies[SESSION_COOKIE]
    const bearer = cookies[BEARER_COOKIE]
    if (!session || !this.#isOfPerson(session))
      return { caller: withBearer(guest, bearer), sessionFailure: undefined }
    try {
      const { caller } = await this.#identify(session)
      return { caller: withBearer(caller ?? guest, bearer), sessionFailure: undefined }
    } catch (error) {
      if (!isUnanswered(error)) throw error
      return { caller: withBearer(guest, bearer), sessionFailure: error }
    }
  }

  #isOfPerson(token: string): boolean {
    return this.#method?.prefixes.some((prefix) => token.startsWith(prefix)) ?? false
  }

  async #identify(token: string): Promise<Identified> {
    if (token.length > MAX_TOKEN_LENGTH) return { caller: null }
    const { module, name } = this.#method!
    const answer = await this.#dispatcher.callFrom(system('edge'), module, name, { token }, { from: 'edge' })
    return answer as Identified
  }
}

function withBearer(caller: Caller, bearer: string | string[] | undefined): Caller {
  if (typeof bearer !== 'string' || bearer === '' || bearer.length > MAX_TOKEN_LENGTH) return caller
  if (caller.kind === 'guest' || caller.kind === 'customer') return { ...caller, bearer }
  return caller
}
