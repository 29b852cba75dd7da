import { describe, expect, it } from 'vitest'
import { idempotencyKey, isRepeatable, keepsAnswer } from './idempotency.ts'

const input = { email: 'ada@example.com', password: 'correct horse battery' }

describe('idempotencyKey()', () => {
  it('is the same for the same request, in whatever order its members come', () => {
    const turned = { password: input.password, email: input.email }
    expect(idempotencyKey('m.f', 'guest', 'k', turned)).toEqual(idempotencyKey('m.f', 'guest', 'k', input))
  })

  it('tells methods, callers, keys and inputs apart', () => {
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

  it('gives a secret answer a seal of its own, which follows from the key and not from what is stored', () => {
    const { seal } = idempotencyKey('m.f', 'guest', 'k', input, true)
    expect(seal).toHaveLength(32)
    expect(idempotencyKey('m.f', 'guest', 'k', input, true).seal).toEqual(seal)
    expect(idempotencyKey('m.f', 'guest', 'l', input, true).seal).not.toEqual(seal)
    expect(idempotencyKey('m.f', 'guest', 'k', input).seal).toBeUndefined()
  })

  it('hashes an input in a way that nobody can repeat without the key, so that a password in it cannot be guessed', () => {
    const first = idempotencyKey('m.f', 'guest', 'k', input)
    const second = idempotencyKey('m.f', 'guest', 'l', input)
    expect(first.inputHash).not.toBe(second.inputHash)
  })
})

describe('keepsAnswer()', () => {
  const open = { kind: 'command', secretAnswer: false } as const
  const secret = { kind: 'command', secretAnswer: true } as const
  const nobody = { kind: 'guest' } as const
  const bearer = { kind: 'guest', bearer: 'crt_1' } as const
  const customer = { kind: 'customer', customerId: 'cus_1', sessionId: 'sid_1' } as const

  it.each([
    ['nobody', open, nobody, false],
    ['nobody, of a secret', secret, nobody, false],
    ['a bearer', open, bearer, true],
    ['a bearer, of a secret', secret, bearer, false],
    ['a customer, of a secret', secret, customer, true],
  ] as const)('of %s', (_who, spec, caller, kept) => {
    expect(keepsAnswer(spec, caller)).toBe(kept)
    expect(isRepeatable(spec, caller, 'a key')).toBe(kept)
  })
})
