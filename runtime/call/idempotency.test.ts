import { describe, expect, it } from 'vitest'
import { idempotencyKey, isRepeatable, keepsAnswer } from './idempotency.ts'

const input = { email: 'ada@example.com', password: 'correct horse battery' }

describe('idempotencyKey()', () => {
  it('is the same for the same request with its members in another order', () => {
    const reordered = { password: input.password, email: input.email }
    expect(idempotencyKey('m.f', 'guest', 'k', reordered)).toEqual(idempotencyKey('m.f', 'guest', 'k', input))
  })

  it('differs for different methods, callers, keys and inputs', () => {
    const keys = [
      idempotencyKey('m.f', 'guest', 'k', input),
      idempotencyKey('m.g', 'guest', 'k', input),
      idempotencyKey('m.f', 'customer:1', 'k', input),
      idempotencyKey('m.f', 'guest', 'l', input),
    ]
    expect(new Set(keys.map(({ stored }) => stored)).size).toBe(4)
    const other = idempotencyKey('m.f', 'guest', 'k', { ...input, password: 'another' })
    expect(other.stored).toBe(keys[0]!.stored)
    expect(other.inputHash).not.toBe(keys[0]!.inputHash)
  })

  it('derives the encryption key of a secret answer from the key of the caller, not from stored values', () => {
    const { encryptionKey } = idempotencyKey('m.f', 'guest', 'k', input, true)
    expect(encryptionKey).toHaveLength(32)
    expect(idempotencyKey('m.f', 'guest', 'k', input, true).encryptionKey).toEqual(encryptionKey)
    expect(idempotencyKey('m.f', 'guest', 'l', input, true).encryptionKey).not.toEqual(encryptionKey)
    expect(idempotencyKey('m.f', 'guest', 'k', input).encryptionKey).toBeUndefined()
  })

  it('hashes an input with the key, so that a password in it cannot be guessed from the hash', () => {
    const first = idempotencyKey('m.f', 'guest', 'k', input)
    const second = idempotencyKey('m.f', 'guest', 'l', input)
    expect(first.inputHash).not.toBe(second.inputHash)
  })
})

describe('keepsAnswer()', () => {
  const open = { kind: 'command', secretAnswer: false } as const
  const secret = { kind: 'command', secretAnswer: true } as const
  const guest = { kind: 'guest' } as const
  const bearer = { kind: 'guest', bearer: 'crt_1' } as const
  const customer = { kind: 'customer', customerId: 'cus_1', sessionId: 'sid_1' } as const

  it.each([
    ['a guest without a token', open, guest, false],
    ['a guest without a token, secret answer', secret, guest, false],
    ['a guest with a token', open, bearer, true],
    ['a guest with a token, secret answer', secret, bearer, false],
    ['a customer, secret answer', secret, customer, true],
  ] as const)('for %s', (_case, spec, caller, kept) => {
    expect(keepsAnswer(spec, caller)).toBe(kept)
    expect(isRepeatable(spec, caller, 'a key')).toBe(kept)
  })
})
