import { expect, it } from 'vitest'
import { describeProgress } from './progress-lines.ts'

it('says who does not know of a change yet, and who had to be killed', () => {
  const switched = { step: 'switched', ms: 5300 } as const
  expect(describeProgress(switched)).toBe('all processes know it after 5.3 s')
  expect(describeProgress({ ...switched, untold: [{ replica: 'orders.0', pid: 12 }] })).toBe(
    'the others know it after 5.3 s; orders.0 (pid 12) does not answer, and learns it later',
  )
  expect(describeProgress({ step: 'killed', replica: 'cart.0', pid: 13, ms: 45_000 })).toBe(
    'cart.0 (pid 13) did not end when it was asked to, and was killed after 45.0 s',
  )
})
