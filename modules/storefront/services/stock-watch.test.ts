import { expect, it } from 'vitest'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { StockWatch } from './stock-watch.ts'

it('isKnown() sends one query for three pages at once, and is true even if inventory answers with a failure', async () => {
  let queries = 0
  const watch = new StockWatch()
  const query = async () => void queries++
  expect(await Promise.all([watch.isKnown(query), watch.isKnown(query), watch.isKnown(query)])).toEqual([
    true,
    true,
    true,
  ])
  expect(queries).toBe(1)
  expect(await new StockWatch().isKnown(() => Promise.reject(new Error('bug')))).toBe(true)
})

it('isKnown() is false when inventory does not answer', async () => {
  const unanswered = () => Promise.reject(runtimeFailure('UNAVAILABLE', 'Cannot answer now'))
  expect(await new StockWatch().isKnown(unanswered)).toBe(false)
})
