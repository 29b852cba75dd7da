import { createHmac, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey } from '../base/secret.ts'
import { type Caller, system } from '../contract/caller.ts'

/** The claims that the caller provides; the signer adds the others. */
export interface TokenContent {
  /** What makes the call: a module's name, `edge` or `cli`. */
  iss: string
  /** What is called: `module.method`, `events:consumer`, `placement`, `status` or `versions`. */
  aud: string
  caller: Caller
  key?: string | undefined
  /** The network of the client whose request caused the call. */
  client?: string | undefined
}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
/** The start of every token. */
export const TOKEN_PREFIX = `${HEADER}.`
/** A receiver whose clock is ahead by this time or more refuses the token. */
const LIFETIME_S = 30

/**
 * Signs requests to other processes with a key derived from the deployment's secret. The verifier is in another file,
 * because it needs the validators, which the command line need not load.
 */
export class TokenSigner {
  readonly #key
  readonly #now: () => number
  // One random prefix and a counter: as unique as a random id for each token, but cheaper.
  readonly #prefix = randomBytes(16).toString('base64url')
  #count = 0

  /** `now` returns seconds since the epoch. Default: the clock; tests pass another. */
  constructor(secret: string, options: { now?: () => number } = {}) {
    this.#key = tokenKey(secret)
    this.#now = options.now ?? (() => Date.now() / 1000)
  }

  /** Creates the token of one request with this body. */
  sign({ iss, aud, caller, key, client }: TokenContent, body: string | Buffer): string {
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

/** The Authorization header of a request of the command line to `aud` with this body. */
export function authorizationOf(secret: string, aud: string, body: string): string {
  return `Bearer ${new TokenSigner(secret).sign({ iss: 'cli', aud, caller: system('cli') }, body)}`
}

/** The key that signs tokens. */
export function tokenKey(secret: string): KeyObject {
  return createSecretKey(deriveKey(secret, 'rpc/v1'))
}

export function signatureOf(signed: string, key: KeyObject): string {
  return createHmac('sha256', key).update(signed).digest('base64url')
}

/** The hash of the body in a token. */
export function hashOf(body: string | Buffer): string {
  return hash('sha256', body, 'base64url')
}
