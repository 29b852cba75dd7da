import { createHash, createHmac, hkdfSync, randomUUID } from 'node:crypto'
import type { Caller } from '#runtime/contract/caller.ts'

/**
 * The claims of a token (docs/protocol.md). Members that are set to undefined are left out, to test that they are
 * required.
 */
export interface Claims {
  iss?: string | undefined
  aud?: string | undefined
  iat?: number | undefined
  exp?: number | undefined
  jti?: string | undefined
  caller?: Caller | undefined
  key?: string | undefined
  body?: string | undefined
}

export interface TokenOptions {
  claims?: Claims
  header?: object
  /** The key to sign with. Default: the key derived from the deployment's secret. */
  signingKey?: Buffer
}

const LIFETIME_S = 60

/** Creates valid and forged tokens. Independent of the signer in the runtime, so that each verifies the other. */
export class TokenMaker {
  readonly #secret: string
  readonly #callers = new Map<string, Caller>()

  constructor(secret: string) {
    this.#secret = secret
  }

  /** Sets the caller of tokens for an audience. Default: the system. */
  callAs(audience: string, caller: Caller): void {
    this.#callers.set(audience, caller)
  }

  make(audience: string, body: string, { claims, header, signingKey }: TokenOptions = {}): string {
    const now = Date.now() / 1000
    const all: Claims = {
      iss: 'conformance',
      aud: audience,
      iat: now,
      exp: now + LIFETIME_S,
      jti: randomUUID(),
      caller: this.#callers.get(audience) ?? { kind: 'system', name: 'conformance' },
      body: createHash('sha256').update(body).digest('base64url'),
      ...claims,
    }
    const signed = `${encode(header ?? { alg: 'HS256', typ: 'JWT' })}.${encode(all)}`
    const key = signingKey ?? this.derive('rpc/v1')
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }

  /** Derives a key from the deployment's secret with HKDF-SHA256. */
  derive(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, 'pando', info, 32))
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
