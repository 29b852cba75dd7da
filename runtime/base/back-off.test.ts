import { expect, test } from 'vitest'
import { waitAfter } from './back-off.ts'

test('each wait is twice as long as the one before, up to the longest', () => {
  const backOff = { firstMs: 100, longestMs: 1000 }
  expect([1, 2, 3, 4, 5, 6].map((failures) => waitAfter(failures, backOff))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ])
})

test('waits grow by the given factor', () => {
  expect(waitAfter(3, { firstMs: 20, longestMs: 500, factor: 3 })).toBe(180)
})

test('no number of failures exceeds the longest wait', () => {
  expect(waitAfter(100_000, { firstMs: 1, longestMs: 5000 })).toBe(5000)
})

test('jitter keeps at least half of the wait and spreads the rest', () => {
  const waits = Array.from({ length: 100 }, () =>
    waitAfter(2, { firstMs: 100, longestMs: 1000, jitter: true }),
  )
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(100)
  expect(Math.max(...waits)).toBeLessThanOrEqual(200)
  expect(new Set(waits).size).toBeGreaterThan(50)
})
