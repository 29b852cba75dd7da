import { expect, it } from 'vitest'
import { pages, readInStep } from './read-in-step.ts'

it('records of all kinds come in step, and each once', async () => {
  const COUNT = 1000
  const seen = { ord: 0, pay: 0, crt: 0 }
  let apart = 0
  const kind = (name: keyof typeof seen, every: number) => {
    const ids = Array.from(
      { length: COUNT / every },
      (_, nth) => `${name}_${String(nth * every).padStart(6, '0')}`,
    )
    return pages(
      10,
      async ({ after = '', limit }) => ids.filter((id) => id > after).slice(0, limit),
      (page) => {
        seen[name] += page.length
        apart = Math.max(apart, Math.abs(seen.ord - seen.pay))
        return page
      },
    )
  }
  await readInStep([kind('ord', 1), kind('pay', 1), kind('crt', 100)])
  expect(seen).toEqual({ ord: COUNT, pay: COUNT, crt: COUNT / 100 })
  expect(apart).toBeLessThanOrEqual(10)
})
