import { expect, it } from 'vitest'
import { pagedSource, readByTime } from './read-by-time.ts'

it('readByTime() reads each record once, and is never more than a page of 10 ahead with orders or payments', async () => {
  const COUNT = 1000
  const seen = { ord: 0, pay: 0, crt: 0 }
  let maxDistance = 0
  const kind = (name: keyof typeof seen, every: number) => {
    const ids = Array.from(
      { length: COUNT / every },
      (_, nth) => `${name}_${String(nth * every).padStart(6, '0')}`,
    )
    return pagedSource(
      10,
      async ({ after = '', limit }) => ids.filter((id) => id > after).slice(0, limit),
      (page) => {
        seen[name] += page.length
        maxDistance = Math.max(maxDistance, Math.abs(seen.ord - seen.pay))
        return page
      },
    )
  }
  await readByTime([kind('ord', 1), kind('pay', 1), kind('crt', 100)])
  expect(seen).toEqual({ ord: COUNT, pay: COUNT, crt: COUNT / 100 })
  expect(maxDistance).toBeLessThanOrEqual(10)
})
