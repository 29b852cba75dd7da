import { expect, it } from 'vitest'
import { MAX_TRIES, nextTry } from './next-try.ts'

const now = new Date('2026-06-01T12:00:00Z')

it('nextTry() waits longer after each failure, up to six hours', () => {
  const waits = Array.from(
    { length: MAX_TRIES - 1 },
    (_, i) => (nextTry(i + 1, now)!.getTime() - now.getTime()) / 1000,
  )
  expect(waits).toEqual([10, 30, 90, 270, 810, 2430, 7290, 21_600, 21_600])
})

it('nextTry() gives up after the tenth failure', () => {
  expect(nextTry(10, now)).toBeNull()
  expect(nextTry(11, now)).toBeNull()
})
