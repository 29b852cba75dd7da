import { createHmac, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey } from '../base/secret.ts'
import { type Caller, system } from '../contract/caller.ts'

/** What the signer decides; the rest is added. */
export interface Statement {
  iss: string
  aud: string
  caller: Caller
  key?: string | undefined
  /** The network of the client on whose request it is called. */
  client?: string | undefined
}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
/** How each token begins. */
export const TOKEN_PREFIX = `${HEADER}.`
/** As much as clocks may differ. */
const LIFETIME_S = 30

/**
 * Signs requests to other processes with a key that is derived from the deployment's secret. It is apart from the
 * verifier, which needs the validators: the command line only asks.
 */
export class TokenSigner {
  readonly #key
  readonly #now: () => number
  // Random once and counted from there: as unique as random each time, and cheaper.
  readonly #prefix = randomBytes(16).toString('base64url')
  #count = 0

  /** `now`: seconds since the epoch, for tests. */
  constructor(secret: string, options: { now?: () => number } = {}) {
    this.#key = tokenKey(secret)
    this.#now = options.now ?? (() => Date.now() / 1000)
  }

  /** Makes the token of one request with this body. */
  sign({ iss, aud, caller, key, client }: Statement, body: string | Buffer): string {
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
      client,
      body: hashOf(body),
    })
    const signed = TOKEN_PREFIX + Buffer.from(payload).toString('base64url')
    return `${signed}.${signatureOf(signed, this.#key)}`
  }
}

/** The header of one request of the command line, for `aud` and with this body. */
export function authorizationOf(secret: string, aud: string, body: string): string {
  return `Bearer ${new TokenSigner(secret).sign({ iss: 'cli', aud, caller: system('cli') }, body)}`
}

/** What tokens are signed with. */
export function tokenKey(secret: string): KeyObject {
  return createSecretKey(deriveKey(secret, 'rpc/v1'))
}

export function signatureOf(signed: string, key: KeyObject): string {
  return createHmac('sha256', key).update(signed).digest('base64url')
}

/** What a token says of the body. */
export function hashOf(body: string | Buffer): string {
  return hash('sha256', body, 'base64url')
}
