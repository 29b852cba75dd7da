import type { FastifyRequest } from 'fastify'
import type { Dispatcher } from '../call/dispatch.ts'
import { type Caller, guest, system } from '../contract/caller.ts'
import { runtimeFailure } from '../contract/failure.ts'

/** The cookie that holds a session's token, and the one with a token that names a thing. */
export const SESSION_COOKIE = 'pando_session'
export const BEARER_COOKIE = 'pando_bearer'

/** Finds out who asks. The module whose contract says so knows the tokens of people; other tokens stay a guest's. */
export class Identifier {
  readonly #dispatcher: Dispatcher
  readonly #method: { module: string; name: string; prefixes: readonly string[] } | undefined

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
    for (const module of dispatcher.modules.values()) {
      for (const method of module.methods.values()) {
        const prefixes = method.spec.identifies
        if (prefixes) this.#method = { module: module.name, name: method.name, prefixes }
      }
    }
  }

  /** For the API: `Authorization: Bearer …`, and beside a person's token `Pando-Bearer` for a thing's. */
  async fromHeaders(request: FastifyRequest): Promise<Caller> {
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
    const caller = await this.#identify(token)
    if (!caller)
      throw runtimeFailure(
        'UNAUTHENTICATED',
        'Cannot accept the token: the session has ended, or never was. Log in again',
      )
    return withBearer(caller, request.headers['pando-bearer'])
  }

  /** For pages: a session that has ended makes a guest, not an error. */
  async fromCookies(cookies: Record<string, string | undefined>): Promise<Caller> {
    const session = cookies[SESSION_COOKIE]
    const bearer = cookies[BEARER_COOKIE]
    const caller = session && this.#namesPerson(session) ? await this.#identify(session) : null
    return withBearer(caller ?? guest, bearer)
  }

  #namesPerson(token: string): boolean {
    return this.#method?.prefixes.some((prefix) => token.startsWith(prefix)) ?? false
  }

  async #identify(token: string): Promise<Caller | null> {
    if (token.length > 200) return null
    const { module, name } = this.#method!
    const answer = (await this.#dispatcher.callFrom(system('edge'), module, name, { token })) as {
      caller: Caller | null
    }
    return answer.caller
  }
}

function withBearer(caller: Caller, bearer: string | string[] | undefined): Caller {
  if (typeof bearer !== 'string' || bearer === '' || bearer.length > 200) return caller
  if (caller.kind === 'guest' || caller.kind === 'customer') return { ...caller, bearer }
  return caller
}
