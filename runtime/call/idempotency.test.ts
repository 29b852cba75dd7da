import { describe, expect, it } from 'vitest'
import { idempotencyKey, isRepeatable, keepsAnswer } from './idempotency.ts'

const input = { email: 'ada@example.com', password: 'correct horse battery' }

describe('idempotencyKey()', () => {
  it('is the same for the same request with its members in another order', () => {
    const reordered = { password: input.password, email: input.email }
    expect(idempotencyKey('m.f', 'guest', 'k', reordered)).toEqual(idempotencyKey('m.f', 'guest', 'k', input))
  })

  it('has another hash for another method, caller or key, and another input hash for another input', () => {
    const keys = [
      idempotencyKey('m.f', 'guest', 'k', input),
      idempotencyKey('m.g', 'guest', 'k', input),
      idempotencyKey('m.f', 'customer:1', 'k', input),
      idempotencyKey('m.f', 'guest', 'l', input),
    ]
    expect(new Set(keys.map(({ hash }) => hash)).size).toBe(4)
    const other = idempotencyKey('m.f', 'guest', 'k', { ...input, password: 'another' })
    expect(other.hash).toBe(keys[0]!.hash)
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

describe('keepsAnswer() and isRepeatable()', () => {
  const command = { kind: 'command', secretAnswer: false } as const
  const secretCommand = { kind: 'command', secretAnswer: true } as const
  const guest = { kind: 'guest' } as const
  const guestWithToken = { kind: 'guest', bearer: 'crt_1' } as const
  const customer = { kind: 'customer', customerId: 'cus_1', sessionId: 'sid_1' } as const

  it.each([
    [false, 'a guest without a token', command, guest],
    [false, 'a secret answer to a guest without a token', secretCommand, guest],
    [true, 'a guest with a token', command, guestWithToken],
    [false, 'a secret answer to a guest with a token', secretCommand, guestWithToken],
    [true, 'a secret answer to a customer', secretCommand, customer],
  ] as const)('are %s for %s', (kept, _case, spec, caller) => {
    expect(keepsAnswer(spec, caller)).toBe(kept)
    expect(isRepeatable(spec, caller, 'a key')).toBe(kept)
  })
})
