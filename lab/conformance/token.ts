import { createHash, createHmac, hkdfSync, randomUUID } from 'node:crypto'
import type { Caller } from '#runtime/contract/caller.ts'

/** What a token says (docs/protocol.md). Members set to undefined are left out, to see that they are missed. */
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
  /** Signs with another key than the deployment's. */
  signingKey?: Buffer
}

const LIFETIME_S = 60

/** Makes tokens, good ones and forged ones. It is written apart from the runtime's, so that one checks the other. */
export class TokenMaker {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  make(audience: string, body: string, { claims, header, signingKey }: TokenOptions = {}): string {
    const now = Date.now() / 1000
    const all: Claims = {
      iss: 'conformance',
      aud: audience,
      iat: now,
      exp: now + LIFETIME_S,
      jti: randomUUID(),
      caller: { kind: 'system', name: 'conformance' },
      body: createHash('sha256').update(body).digest('base64url'),
      ...claims,
    }
    const signed = `${encode(header ?? { alg: 'HS256', typ: 'JWT' })}.${encode(all)}`
    const key = signingKey ?? this.derive('rpc/v1')
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }

  /** HKDF-SHA256 of the deployment's secret. */
  derive(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, 'pando', info, 32))
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
