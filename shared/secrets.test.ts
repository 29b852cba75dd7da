import { describe, expect, it } from 'vitest'
import { newSecret } from './ids.ts'
import { hashSecret, matchesSecret } from './secrets.ts'

describe('hashSecret()', () => {
  it('is SHA-256 in base64url', () => {
    // FIPS 180-2, appendix B.1: the digest of 'abc'
    expect(hashSecret('abc')).toBe(
      Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex').toString(
        'base64url',
      ),
    )
  })
})

describe('matchesSecret()', () => {
  it('accepts the secret and nothing else', () => {
    const secret = newSecret('crt')
    const stored = hashSecret(secret)
    expect(matchesSecret(secret, stored)).toBe(true)
    expect(matchesSecret(newSecret('crt'), stored)).toBe(false)
    expect(matchesSecret('', stored)).toBe(false)
    expect(matchesSecret(secret, '')).toBe(false)
    expect(matchesSecret(stored, stored)).toBe(false)
  })
})
