import { timingSafeEqual } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import { Caller } from '../contract/caller-schema.ts'
import { ReplayMemory } from './replay-memory.ts'
import { hashOf, signatureOf, TOKEN_PREFIX, tokenKey } from './token-signer.ts'

/** The claims of a token, described in `docs/protocol.md`. */
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

/** The error for a token that is not accepted. Its message is for the log; the sender does not receive it. */
export class TokenRefused extends Error {}

/** How far the sender's clock may be ahead. */
const MAX_AHEAD_S = 30
const MAX_LIFETIME_S = 120
const claimsValidator = createValidator(Claims)

/** Verifies the tokens of requests from other processes, with a key derived from the deployment's secret. */
export class TokenVerifier {
  readonly #key
  readonly #seen: ReplayMemory
  readonly #now: () => number

  /** `now` returns seconds since the epoch. Default: the clock; tests pass another. */
  constructor(secret: string, options: { now?: () => number; seen?: ReplayMemory } = {}) {
    this.#key = tokenKey(secret)
    this.#now = options.now ?? (() => Date.now() / 1000)
    this.#seen = options.seen ?? new ReplayMemory()
  }

  /**
   * Returns the claims of a token that is signed with the key, valid now, for `aud`, for this body, and not used
   * before. Throws TokenRefused otherwise, and OVERLOADED when the replay memory is full.
   */
  verify(token: string, aud: string, body: string | Buffer): Claims {
    const end = token.lastIndexOf('.')
    if (!token.startsWith(TOKEN_PREFIX) || end < TOKEN_PREFIX.length)
      throw new TokenRefused('its header is wrong')
    const signed = token.slice(0, end)
    if (!isEqual(token.slice(end + 1), signatureOf(signed, this.#key)))
      throw new TokenRefused('it is signed with another key: both processes need the same PANDO_SECRET')
    const content = readClaims(signed.slice(TOKEN_PREFIX.length))
    const now = this.#now()
    if (content.exp <= now) throw new TokenRefused('it has expired')
    if (content.iat > now + MAX_AHEAD_S)
      throw new TokenRefused('it is from the future: check the clocks of both machines')
    if (content.exp - content.iat > MAX_LIFETIME_S) throw new TokenRefused('its lifetime is too long')
    if (content.aud !== aud) throw new TokenRefused(`it is for "${content.aud}"`)
    if (content.body !== hashOf(body)) throw new TokenRefused('it is for another body')
    if (!this.#seen.add(content.jti, content.exp, now)) throw new TokenRefused('it was used before')
    return content
  }
}

function isEqual(given: string, expected: string): boolean {
  const bytes = Buffer.from(given)
  const expectedBytes = Buffer.from(expected)
  return bytes.length === expectedBytes.length && timingSafeEqual(bytes, expectedBytes)
}

function readClaims(payload: string): Claims {
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    throw new TokenRefused('its claims are not JSON')
  }
  if (!claimsValidator.accepts(content)) throw new TokenRefused('a claim is missing or has the wrong type')
  return content as Claims
}
