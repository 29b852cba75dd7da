import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { VersionedCache } from './versioned-cache.ts'
import { Versions } from './versions.ts'

const validity = { dependsOn: ['catalog', 'inventory'], maxAgeMs: 1000 }
let versions: Versions
let cache: VersionedCache<number>
let made: number

beforeEach(() => {
  vi.useFakeTimers()
  versions = new Versions()
  cache = new VersionedCache(versions, 2)
  made = 0
})
afterEach(() => {
  vi.useRealTimers()
})

const make = async () => ++made

it('makes a value once', async () => {
  expect(await cache.get(validity, 'a', make)).toBe(1)
  expect(await cache.get(validity, 'a', make)).toBe(1)
})

it('makes a new value after a commit of a module that it depends on, and of no other', async () => {
  await cache.get(validity, 'a', make)
  versions.committed('orders')
  expect(cache.peek(validity, 'a')).toBe(1)
  versions.committed('inventory')
  expect(cache.peek(validity, 'a')).toBeUndefined()
  expect(await cache.get(validity, 'a', make)).toBe(2)
})

it('makes a new value when the cached one is older than its maximum age, even without a commit', async () => {
  await cache.get(validity, 'a', make)
  vi.advanceTimersByTime(1000)
  expect(cache.peek(validity, 'a')).toBe(1)
  vi.advanceTimersByTime(1)
  expect(await cache.get(validity, 'a', make)).toBe(2)
})

it('returns but does not cache a value whose making began before a commit', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const before = cache.get(validity, 'a', () => promise)
  versions.committed('catalog')
  const after = cache.get(validity, 'a', make)
  resolve(100)
  expect(await before).toBe(100)
  expect(await after).toBe(1)
  const version = cache.versionOf(validity)
  versions.committed('catalog')
  cache.put(validity, 'a', version, 200)
  expect(cache.peek(validity, 'a')).toBeUndefined()
})

it('makes one value for concurrent requests', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => cache.get(validity, 'a', make)))
  expect(answers).toEqual(Array(20).fill(1))
})

it('does not cache failures', async () => {
  await expect(cache.get(validity, 'a', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await cache.get(validity, 'a', make)).toBe(1)
})

it('with a capacity of two, drops the oldest of three values', async () => {
  for (const key of ['a', 'b', 'c']) await cache.get(validity, key, make)
  expect(['a', 'b', 'c'].map((key) => cache.peek(validity, key))).toEqual([undefined, 2, 3])
})
