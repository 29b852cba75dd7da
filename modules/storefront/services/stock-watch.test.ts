import { expect, it } from 'vitest'
import { runtimeFailure } from '#runtime/contract/failure.ts'
import { StockWatch } from './stock-watch.ts'

it('asks once for many pages, and believes a failure of inventory itself to be no silence', async () => {
  let asked = 0
  const watch = new StockWatch()
  const ask = async () => void asked++
  expect(await Promise.all([watch.isKnown(ask), watch.isKnown(ask), watch.isKnown(ask)])).toEqual([
    true,
    true,
    true,
  ])
  expect(asked).toBe(1)
  expect(await new StockWatch().isKnown(() => Promise.reject(new Error('bug')))).toBe(true)
})

it('says no when nobody answers', async () => {
  const silence = () => Promise.reject(runtimeFailure('UNAVAILABLE', 'Cannot answer now'))
  expect(await new StockWatch().isKnown(silence)).toBe(false)
})
