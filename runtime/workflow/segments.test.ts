import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canShare, countTried, firstSegment, type Operation, type Sharing } from './segments.ts'

const operations = (modules: string): Operation[] => [...modules].map((module) => ({ module, method: 'do' }))
const upperCaseShares = ({ module }: Operation) => module === module.toUpperCase()

it('neighbours that can share a transaction are one segment', () => {
  expect(firstSegment(operations('ABCd'), upperCaseShares)).toEqual({ shared: true, length: 3 })
  expect(firstSegment(operations('AB'), upperCaseShares)).toEqual({ shared: true, length: 2 })
})

it('what cannot share goes alone', () => {
  expect(firstSegment(operations('abC'), upperCaseShares)).toEqual({ shared: false, length: 1 })
})

it('cutting again and again covers every operation once, and no segment mixes the kinds', () => {
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

it('a step shares the transaction of the owner only here, in its database, and without a provider', () => {
  const all: Sharing = { isRemote: () => false, isOutside: () => false, sharesDatabase: () => true }
  const asked = (answers: Partial<Sharing>) =>
    canShare('orders', { module: 'stock', method: 'take' }, { ...all, ...answers })
  expect(asked({})).toBe(true)
  expect(asked({ isRemote: (module) => module === 'stock' })).toBe(false)
  expect(asked({ isOutside: ({ method }) => method === 'take' })).toBe(false)
  expect(asked({ sharesDatabase: (a, b) => a === b })).toBe(false)
})

it("the owner's own steps are never remote", () => {
  const loopback: Sharing = { isRemote: () => true, isOutside: () => false, sharesDatabase: () => true }
  expect(canShare('orders', { module: 'orders', method: 'create' }, loopback)).toBe(true)
})

const alone = { parallel: false, final: false }
const beside = { ...alone, parallel: true }

it('of the steps that were tried, the one beside the first is another', () => {
  expect(countTried([alone], false)).toBe(1)
  expect(countTried([alone, alone, beside], false)).toBe(1)
  expect(countTried([alone, beside], false)).toBe(2)
  expect(countTried([{ ...alone, decide: () => ({ next: 'go' }) }, beside], false)).toBe(1)
})

it('all that is ahead of the step without a way back may have been tried, and forgotten', () => {
  const final = { ...alone, final: true }
  expect(countTried([alone, alone], true)).toBe(2)
  expect(countTried([alone, beside, final, alone], true)).toBe(2)
  expect(countTried([final, alone], true)).toBe(0)
})
