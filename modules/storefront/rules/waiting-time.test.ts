import { expect, it } from 'vitest'
import { waitingTime } from './waiting-time.ts'

it.each([
  [1, 'a minute'],
  [60, 'a minute'],
  [61, '2 minutes'],
  [900, '15 minutes'],
])('waitingTime(%i) is "%s"', (seconds, text) => {
  expect(waitingTime(seconds)).toBe(text)
})
