import type { FastifyRequest } from 'fastify'
import type { Dispatcher } from '../call/dispatch.ts'
import { type Caller, guest, system } from '../contract/caller.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import { isUnanswered } from '../contract/or-else.ts'

/** The cookie that holds a session's token, and the one with a token that names a thing. */
export const SESSION_COOKIE = 'pando_session'
export const BEARER_COOKIE = 'pando_bearer'

/** The header for a thing's token, where `Authorization` has a person's. */
export const THING_TOKEN_HEADER = 'Pando-Bearer'

/** Who looks at a page. */
export interface Visitor {
  caller: Caller
  /** Why nobody can tell now who it is, as they have a session; the caller is a guest then. */
  unknown: Failure | undefined
}

/** What the module that knows tokens answers. */
interface Identified {
  caller: Caller | null
  /** Why there is no caller, and what to do. */
  refusal?: string
}

/** Finds out who asks. The module whose contract says so knows the tokens of people; other tokens stay a guest's. */
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
   * For the API: `Authorization: Bearer …`, and beside a person's token `Pando-Bearer` for a thing's. A person's token that
   * counts for nothing is refused, or a guest's where the method takes it (`endedSession`).
   */
  async fromHeaders(request: FastifyRequest, endedSession?: 'guest'): Promise<Caller> {
    const { authorization } = request.headers
    if (authorization === undefined) return guest
    const token = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
    if (!token) {
      throw runtimeFailure(
        'UNAUTHENTICATED',
        'Cannot read the Authorization header: send it as "Bearer" and a token',
      )
    }
    if (!this.#namesPerson(token)) return { kind: 'guest', bearer: token }
    const { caller, refusal } = await this.#identify(token)
    if (!caller && endedSession !== 'guest')
      throw runtimeFailure(
        'UNAUTHENTICATED',
        `Cannot accept the token: ${refusal ?? 'it counts for nothing'}`,
      )
    return withBearer(caller ?? guest, request.headers[THING_TOKEN_HEADER.toLowerCase()])
  }

  /** For pages: a session that has ended makes a guest, not an error; so does one that nobody can look up now. */
  async fromCookies(cookies: Record<string, string | undefined>): Promise<Visitor> {
    const session = cookies[SESSION_COOKIE]
    const bearer = cookies[BEARER_COOKIE]
    if (!session || !this.#namesPerson(session))
      return { caller: withBearer(guest, bearer), unknown: undefined }
    try {
      const { caller } = await this.#identify(session)
      return { caller: withBearer(caller ?? guest, bearer), unknown: undefined }
    } catch (error) {
      if (!isUnanswered(error)) throw error
      return { caller: withBearer(guest, bearer), unknown: error }
    }
  }

  #namesPerson(token: string): boolean {
    return this.#method?.prefixes.some((prefix) => token.startsWith(prefix)) ?? false
  }

  async #identify(token: string): Promise<Identified> {
    if (token.length > 200) return { caller: null }
    const { module, name } = this.#method!
    const answer = await this.#dispatcher.callFrom(system('edge'), module, name, { token }, { from: 'edge' })
    return answer as Identified
  }
}

function withBearer(caller: Caller, bearer: string | string[] | undefined): Caller {
  if (typeof bearer !== 'string' || bearer === '' || bearer.length > 200) return caller
  if (caller.kind === 'guest' || caller.kind === 'customer') return { ...caller, bearer }
  return caller
}
