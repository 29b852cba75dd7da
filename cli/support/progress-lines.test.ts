import { expect, it } from 'vitest'
import { describeProgress } from './progress-lines.ts'

it('names replicas that have not switched yet, and a replica that was killed', () => {
  const switched = { step: 'switched', ms: 5300 } as const
  expect(describeProgress(switched)).toBe('all processes have switched after 5.3 s')
  expect(describeProgress({ ...switched, unreached: [{ replica: 'orders.0', pid: 12 }] })).toBe(
    'the other processes have switched after 5.3 s; orders.0 (pid 12) does not answer and switches later',
  )
  expect(describeProgress({ step: 'killed', replica: 'cart.0', pid: 13, ms: 45_000 })).toBe(
    'cart.0 (pid 13) did not exit when asked to and was killed after 45.0 s',
  )
})
