import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import { Caller } from '../contract/caller.ts'
import { deriveKey } from '../process/secret.ts'
import { ReplayMemory } from './replay-memory.ts'

/** What a request between processes says of itself; see `docs/protocol.md`. */
const Claims = Type.Object({
  iss: Type.String({ minLength: 1, maxLength: 100 }),
  aud: Type.String({ minLength: 1, maxLength: 200 }),
  iat: Type.Number(),
  exp: Type.Number(),
  jti: Type.String({ minLength: 1, maxLength: 100 }),
  caller: Caller,
  key: Type.Optional(Type.String({ maxLength: 300 })),
  body: Type.String(),
})
export type Claims = Static<typeof Claims>

/** What the signer decides; the rest is added. */
export interface Statement {
  iss: string
  aud: string
  caller: Caller
  key?: string | undefined
}

/** Why a token is not accepted: for the log, not for whoever sent it. */
export class TokenRefused extends Error {}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
const PREFIX = `${HEADER}.`
/** As much as clocks may differ. */
const LIFETIME_S = 30
const MAX_AHEAD_S = 30
const MAX_LIFETIME_S = 120
const claims = createValidator(Claims)

/** Signs requests to other processes and checks theirs, with a key that is derived from the deployment's secret. */
export class Tokens {
  readonly #key
  readonly #seen: ReplayMemory
  readonly #now: () => number
  // Random once and counted from there: as unique as random each time, and cheaper.
  readonly #prefix = randomBytes(16).toString('base64url')
  #count = 0

  /** `now`: seconds since the epoch, for tests. */
  constructor(secret: string, options: { now?: () => number; seen?: ReplayMemory } = {}) {
    this.#key = createSecretKey(deriveKey(secret, 'rpc/v1'))
    this.#now = options.now ?? (() => Date.now() / 1000)
    this.#seen = options.seen ?? new ReplayMemory()
  }

  /** Makes the token of one request with this body. */
  sign({ iss, aud, caller, key }: Statement, body: string | Buffer): string {
    const iat = this.#now()
    const jti = this.#prefix + (this.#count++).toString(36)
    const payload = JSON.stringify({
      iss,
      aud,
      iat,
      exp: iat + LIFETIME_S,
      jti,
      caller,
      key,
      body: hashOf(body),
    })
    const signed = PREFIX + Buffer.from(payload).toString('base64url')
    return `${signed}.${this.#signature(signed)}`
  }

  /**
   * Answers what a token says, when it is signed with the key, of this time, for `aud`, with this body, and new. Throws
   * TokenRefused when it is not, and OVERLOADED when it cannot be known whether it is new.
   */
  verify(token: string, aud: string, body: string | Buffer): Claims {
    const end = token.lastIndexOf('.')
    if (!token.startsWith(PREFIX) || end < PREFIX.length) throw new TokenRefused('its header is not ours')
    const signed = token.slice(0, end)
    if (!areEqual(token.slice(end + 1), this.#signature(signed)))
      throw new TokenRefused('it is not signed with our key')
    const said = readClaims(signed.slice(PREFIX.length))
    const now = this.#now()
    if (said.exp <= now) throw new TokenRefused('it has expired')
    if (said.iat > now + MAX_AHEAD_S) throw new TokenRefused('it is from the future: compare the clocks')
    if (said.exp - said.iat > MAX_LIFETIME_S) throw new TokenRefused('it lives too long')
    if (said.aud !== aud) throw new TokenRefused(`it is for "${said.aud}"`)
    if (said.body !== hashOf(body)) throw new TokenRefused('it is for another body')
    if (!this.#seen.keep(said.jti, said.exp, now)) throw new TokenRefused('it was used before')
    return said
  }

  #signature(signed: string): string {
    return createHmac('sha256', this.#key).update(signed).digest('base64url')
  }
}

function hashOf(body: string | Buffer): string {
  return hash('sha256', body, 'base64url')
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
