import { createHmac, hkdfSync } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ReplayMemory } from './replay-memory.ts'
import { TokenSigner } from './token-signer.ts'
import { TokenVerifier } from './token-verifier.ts'

const SECRET = 'a secret for tests only'
const CONTENT = {
  iss: 'orders',
  aud: 'payments.createIntent',
  caller: { kind: 'guest' },
  key: 'k1',
} as const
const BODY = '{"amount":1}'
let now: number
let signer: TokenSigner
let verifier: TokenVerifier

beforeEach(() => {
  now = 1_800_000_000.5
  signer = new TokenSigner(SECRET, { now: () => now })
  verifier = new TokenVerifier(SECRET, { now: () => now })
})

const verify = (token: string, aud: string = CONTENT.aud, body = BODY) => verifier.verify(token, aud, body)

/** Creates a token without the signer, with any header, claims and secret. */
function forge(
  claims: object,
  { header = { alg: 'HS256', typ: 'JWT' } as object, secret = SECRET } = {},
): string {
  const key = Buffer.from(hkdfSync('sha256', secret, 'pando', 'rpc/v1', 32))
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

const read = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
const validClaims = () => read(signer.sign(CONTENT, BODY))

describe('a token', () => {
  it('carries issuer, audience, caller and idempotency key', () => {
    expect(verify(signer.sign(CONTENT, BODY))).toMatchObject(CONTENT)
  })

  it('is accepted when another program creates it as the protocol describes', () => {
    expect(verify(forge(validClaims()))).toMatchObject(CONTENT)
  })

  it('is accepted from another process with the same secret', () => {
    const other = new TokenSigner(SECRET, { now: () => now })
    expect(verify(other.sign(CONTENT, BODY))).toMatchObject(CONTENT)
  })

  it('is refused when another secret signed it', () => {
    const token = new TokenSigner('another secret', { now: () => now }).sign(CONTENT, BODY)
    expect(() => verify(token)).toThrow('signed with another key')
  })

  it('is refused when any part of it was changed', () => {
    const token = signer.sign(CONTENT, BODY)
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const changed = Buffer.from(JSON.stringify({ ...validClaims(), iss: 'edge' })).toString('base64url')
    for (const forged of [
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      '',
      '..',
    ])
      expect(() => verify(forged)).toThrow(/signed with another key|header is wrong/)
    expect(verify(token)).toBeDefined()
  })

  // The verifier accepts only the exact bytes of the one header.
  it.each([
    { alg: 'none', typ: 'JWT' },
    { alg: 'HS512', typ: 'JWT' },
    { typ: 'JWT', alg: 'HS256' },
    { alg: 'HS256' },
  ])('is refused with the header %j, even if it is signed correctly', (header) => {
    expect(() => verify(forge(validClaims(), { header }))).toThrow('header is wrong')
  })

  it('is refused without a signature', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    expect(() => verify(`${part({ alg: 'none' })}.${part(validClaims())}.`)).toThrow('header is wrong')
  })

  it('expires 30 s after it was signed', () => {
    const token = signer.sign(CONTENT, BODY)
    now += 30
    expect(() => verify(token)).toThrow('expired')
  })

  it('tolerates clocks that differ by less than 30 s', () => {
    expect(verify(forge({ ...validClaims(), iat: now + 29, exp: now + 59 }))).toBeDefined()
    expect(() => verify(forge({ ...validClaims(), iat: now + 31, exp: now + 61 }))).toThrow('from the future')
  })

  it('is refused with a lifetime above two minutes', () => {
    expect(() => verify(forge({ ...validClaims(), exp: now + 121 }))).toThrow('lifetime is too long')
  })

  it('is valid for one method and one body', () => {
    expect(() => verify(signer.sign(CONTENT, BODY), 'payments.capture')).toThrow(
      'it is for "payments.createIntent"',
    )
    expect(() => verify(signer.sign(CONTENT, BODY), CONTENT.aud, '{"amount":2}')).toThrow('another body')
  })

  it('is valid once', () => {
    const token = signer.sign(CONTENT, BODY)
    verify(token)
    expect(() => verify(token)).toThrow('used before')
    now += 29
    expect(() => verify(token)).toThrow('used before')
  })

  it.each([{ caller: { kind: 'king' } }, { caller: undefined }, { exp: 'later' }, { jti: '' }, { key: 7 }])(
    'is refused with the claim %j',
    (claim) => {
      expect(() => verify(forge({ ...validClaims(), ...claim }))).toThrow('a claim is missing')
    },
  )

  it('is refused when its claims are not JSON', () => {
    const key = Buffer.from(hkdfSync('sha256', SECRET, 'pando', 'rpc/v1', 32))
    const signed = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.bm9wZQ`
    const signature = createHmac('sha256', key).update(signed).digest('base64url')
    expect(() => verify(`${signed}.${signature}`)).toThrow('not JSON')
  })
})

describe('ReplayMemory', () => {
  it('forgets expired ids', () => {
    const memory = new ReplayMemory()
    memory.add('a', 1030, 1000)
    memory.add('b', 1045, 1015)
    expect(memory.size).toBe(2)
    memory.add('c', 1070, 1041)
    expect(memory.size).toBe(2)
  })

  it('refuses new ids when it is full, and accepts them again later', () => {
    const memory = new ReplayMemory(2)
    memory.add('a', 1030, 1000)
    memory.add('b', 1030, 1000)
    expect(() => memory.add('c', 1030, 1000)).toThrow('too many')
    expect(memory.add('a', 1030, 1000)).toBe(false)
    expect(memory.add('c', 1070, 1040)).toBe(true)
  })
})
