import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchVariants } from './match-variants.ts'

function variant(id: string, sku: string | null, ...optionValues: string[]) {
  return { id, sku, optionValues }
}
function matched(existing: ReturnType<typeof variant>[], drafts: ReturnType<typeof variant>[]) {
  return matchVariants(existing, drafts).map((match) => match?.id)
}

test('a variant keeps its id when its option value is renamed', () => {
  expect(matched([variant('a', 'S1', 'Red')], [variant('', 'S1', 'Crimson')])).toEqual(['a'])
})

test('a variant without SKU is matched by its option values', () => {
  const existing = [variant('a', null, 'Red', 'S'), variant('b', null, 'Red', 'M')]
  expect(matched(existing, [variant('', null, 'Red', 'M'), variant('', null, 'Red', 'L')])).toEqual([
    'b',
    undefined,
  ])
})

test('a variant that gets or changes its SKU keeps its id', () => {
  expect(matched([variant('a', null, 'Red')], [variant('', 'S1', 'Red')])).toEqual(['a'])
  expect(matched([variant('a', 'S1', 'Red')], [variant('', 'S2', 'Red')])).toEqual(['a'])
})

test('two variants that swap their option values follow their SKUs', () => {
  const existing = [variant('a', 'S1', 'Red'), variant('b', 'S2', 'Blue')]
  expect(matched(existing, [variant('', 'S1', 'Blue'), variant('', 'S2', 'Red')])).toEqual(['a', 'b'])
})

test('variants that share a SKU are matched by their option values', () => {
  const existing = [variant('a', 'S', 'Red'), variant('b', 'S', 'Blue')]
  expect(matched(existing, [variant('', 'S', 'Blue'), variant('', 'S', 'Red')])).toEqual(['b', 'a'])
})

test('a new variant does not get the id of a removed variant with the same shared SKU', () => {
  const existing = [variant('a', 'S', 'Large'), variant('b', 'S', 'Huge')]
  const drafts = [variant('', 'S2', 'Large'), variant('', 'S', 'Small')]
  expect(matched(existing, drafts)).toEqual(['a', undefined])
})

test('no variant is matched twice, and all equal variants are matched', () => {
  const keys = fc.record({
    sku: fc.constantFrom(null, 'S1', 'S2', 'S3'),
    optionValues: fc.array(fc.constantFrom('Red', 'Blue'), { maxLength: 2 }),
  })
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 8 }), fc.array(keys, { maxLength: 8 }), (existing, drafts) => {
      const matches = matchVariants(existing, drafts).filter((match) => match !== undefined)
      expect(new Set(matches).size).toBe(matches.length)
      expect(matchVariants(existing, existing)).not.toContain(undefined)
    }),
  )
})
