import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstSegment, type Operation } from './segments.ts'

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
