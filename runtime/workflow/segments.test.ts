import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canShare, countAttempted, firstSegment, type Operation, type Sharing } from './segments.ts'

const operations = (modules: string): Operation[] => [...modules].map((module) => ({ module, method: 'do' }))
const upperCaseShares = ({ module }: Operation) => module === module.toUpperCase()

it('neighbouring operations that can share a transaction are one segment', () => {
  expect(firstSegment(operations('ABCd'), upperCaseShares)).toEqual({ shared: true, length: 3 })
  expect(firstSegment(operations('AB'), upperCaseShares)).toEqual({ shared: true, length: 2 })
})

it('an operation that cannot share a transaction is a segment of its own', () => {
  expect(firstSegment(operations('abC'), upperCaseShares)).toEqual({ shared: false, length: 1 })
})

it('the segments cover every operation once, and none mixes both kinds', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('A', 'b'), minLength: 1 }), (modules) => {
      let rest = operations(modules)
      while (rest.length > 0) {
        const { shared, length } = firstSegment(rest, upperCaseShares)
        expect(length).toBeGreaterThan(0)
        const part = rest.slice(0, length)
        expect(part).toHaveLength(length)
        expect(part.every((operation) => upperCaseShares(operation) === shared)).toBe(true)
        rest = rest.slice(length)
      }
    }),
  )
})

it("a step shares the owner's transaction only in its process and database, and without a provider", () => {
  const all: Sharing = { isRemote: () => false, isOutside: () => false, sharesDatabase: () => true }
  const canShareWith = (changes: Partial<Sharing>) =>
    canShare('orders', { module: 'stock', method: 'take' }, { ...all, ...changes })
  expect(canShareWith({})).toBe(true)
  expect(canShareWith({ isRemote: (module) => module === 'stock' })).toBe(false)
  expect(canShareWith({ isOutside: ({ method }) => method === 'take' })).toBe(false)
  expect(canShareWith({ sharesDatabase: (a, b) => a === b })).toBe(false)
})

it("the owner's own steps are never remote", () => {
  const loopback: Sharing = { isRemote: () => true, isOutside: () => false, sharesDatabase: () => true }
  expect(canShare('orders', { module: 'orders', method: 'create' }, loopback)).toBe(true)
})

const sequential = { parallel: false, final: false }
const parallel = { ...sequential, parallel: true }

it('a parallel step may have been attempted together with the step before it, unless that decides', () => {
  expect(countAttempted([sequential], false)).toBe(1)
  expect(countAttempted([sequential, sequential, parallel], false)).toBe(1)
  expect(countAttempted([sequential, parallel], false)).toBe(2)
  expect(countAttempted([{ ...sequential, decide: () => ({ next: 'go' }) }, parallel], false)).toBe(1)
})

it('with an uncertain journal, all steps before the final one may have been attempted', () => {
  const final = { ...sequential, final: true }
  expect(countAttempted([sequential, sequential], true)).toBe(2)
  expect(countAttempted([sequential, parallel, final, sequential], true)).toBe(2)
  expect(countAttempted([final, sequential], true)).toBe(0)
})
