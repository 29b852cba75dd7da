import { expect, it } from 'vitest'
import { Failure, runtimeFailure } from './failure.ts'
import { isUnanswered, orElse } from './or-else.ts'

it.each(['UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED'] as const)(
  'orElse() gives the fallback when a call ends with %s',
  async (code) => {
    const failure = runtimeFailure(code, 'Cannot answer now')
    expect(isUnanswered(failure)).toBe(true)
    expect(await orElse(Promise.reject(failure), 'nothing')).toBe('nothing')
  },
)

it('orElse() passes on refusals, errors and answers', async () => {
  const refusal = new Failure('OUT_OF_STOCK', 409, 'Cannot reserve')
  await expect(orElse(Promise.reject(refusal), 'nothing')).rejects.toBe(refusal)
  const broken = runtimeFailure('INTERNAL', 'Cannot answer')
  await expect(orElse(Promise.reject(broken), 'nothing')).rejects.toBe(broken)
  await expect(orElse(Promise.reject(new Error('bug')), 'nothing')).rejects.toThrow('bug')
  expect(await orElse(Promise.resolve(7), 'nothing')).toBe(7)
})
