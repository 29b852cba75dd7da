import { timingSafeEqual } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import { Caller } from '../contract/caller-schema.ts'
import { ReplayMemory } from './replay-memory.ts'
import { hashOf, signatureOf, TOKEN_PREFIX, tokenKey } from './token-signer.ts'

/** What a request between processes says of itself; see `docs/protocol.md`. */
const Claims = Type.Object({
  iss: Type.String({ minLength: 1, maxLength: 100 }),
  aud: Type.String({ minLength: 1, maxLength: 200 }),
  iat: Type.Number(),
  exp: Type.Number(),
  jti: Type.String({ minLength: 1, maxLength: 100 }),
  caller: Caller,
  key: Type.Optional(Type.String({ maxLength: 300 })),
  client: Type.Optional(Type.String({ maxLength: 100 })),
  body: Type.String(),
})
export type Claims = Static<typeof Claims>

/** Why a token is not accepted: for the log, not for whoever sent it. */
export class TokenRefused extends Error {}

const MAX_AHEAD_S = 30
const MAX_LIFETIME_S = 120
const claims = createValidator(Claims)

/** Checks the requests of other processes, with a key that is derived from the deployment's secret. */
export class TokenVerifier {
  readonly #key
  readonly #seen: ReplayMemory
  readonly #now: () => number

  /** `now`: seconds since the epoch, for tests. */
  constructor(secret: string, options: { now?: () => number; seen?: ReplayMemory } = {}) {
    this.#key = tokenKey(secret)
    this.#now = options.now ?? (() => Date.now() / 1000)
    this.#seen = options.seen ?? new ReplayMemory()
  }

  /**
   * Answers what a token says, when it is signed with the key, of this time, for `aud`, with this body, and new. Throws
   * TokenRefused when it is not, and OVERLOADED when it cannot be known whether it is new.
   */
  verify(token: string, aud: string, body: string | Buffer): Claims {
    const end = token.lastIndexOf('.')
    if (!token.startsWith(TOKEN_PREFIX) || end < TOKEN_PREFIX.length)
      throw new TokenRefused('its header is not ours')
    const signed = token.slice(0, end)
    if (!areEqual(token.slice(end + 1), signatureOf(signed, this.#key)))
      throw new TokenRefused('it is not signed with our key: both processes need the same PANDO_SECRET')
    const said = readClaims(signed.slice(TOKEN_PREFIX.length))
    const now = this.#now()
    if (said.exp <= now) throw new TokenRefused('it has expired')
    if (said.iat > now + MAX_AHEAD_S) throw new TokenRefused('it is from the future: compare the clocks')
    if (said.exp - said.iat > MAX_LIFETIME_S) throw new TokenRefused('it lives too long')
    if (said.aud !== aud) throw new TokenRefused(`it is for "${said.aud}"`)
    if (said.body !== hashOf(body)) throw new TokenRefused('it is for another body')
    if (!this.#seen.keep(said.jti, said.exp, now)) throw new TokenRefused('it was used before')
    return said
  }
}

function areEqual(given: string, expected: string): boolean {
  const bytes = Buffer.from(given)
  const wanted = Buffer.from(expected)
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
}

function readClaims(payload: string): Claims {
  let said: unknown
  try {
    said = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    throw new TokenRefused('its claims are not JSON')
  }
  if (!claims.accepts(said)) throw new TokenRefused('a claim is missing or of the wrong kind')
  return said as Claims
}
