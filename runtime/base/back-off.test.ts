import { expect, test } from 'vitest'
import { waitAfter } from './back-off.ts'

test('each wait is twice as long as the one before, up to the longest', () => {
  const backOff = { firstMs: 100, longestMs: 1000 }
  expect([1, 2, 3, 4, 5, 6].map((failures) => waitAfter(failures, backOff))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ])
})

test('with a first wait of 20 ms and a factor of 3, the third wait is 180 ms', () => {
  expect(waitAfter(3, { firstMs: 20, longestMs: 500, factor: 3 })).toBe(180)
})

test('after 100,000 failures the wait is still the longest wait', () => {
  expect(waitAfter(100_000, { firstMs: 1, longestMs: 5000 })).toBe(5000)
})

test('with jitter, waits are spread between half of the wait and the whole', () => {
  const waits = Array.from({ length: 100 }, () =>
    waitAfter(2, { firstMs: 100, longestMs: 1000, jitter: true }),
  )
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(100)
  expect(Math.max(...waits)).toBeLessThanOrEqual(200)
  expect(new Set(waits).size).toBeGreaterThan(50)
})
