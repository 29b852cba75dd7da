import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCursor } from '#shared/page.ts'
import { type ListSort, readPosition, writePosition } from './page-cursor.ts'
import { titleKey } from './sort-keys.ts'

test('readPosition() reads what writePosition() wrote', () => {
  const position = { sort: 'price-asc' as const, corrected: true, keys: [1999, 7] }
  expect(readPosition(writePosition(position), 'price-asc')).toEqual(position)
})

test('a cursor of another sort is refused', () => {
  const cursor = writePosition({ sort: 'price-asc', corrected: false, keys: [1999, 7] })
  expect(readPosition(cursor, 'price-desc')).toBeUndefined()
})

test.each([
  ['newest', 0, '7'],
  ['newest', 0, 1.5],
  ['newest', 0, 1e300],
  ['newest', 2, 7],
  ['newest', 0, null],
  ['newest', 0],
  ['newest', 0, 7, 7],
])('the cursor [%j, %j, %j] is refused', (...keys) => {
  expect(readPosition(encodeCursor(keys), 'newest')).toBeUndefined()
})

test('no text that is not a cursor is read as one, or throws', () => {
  const sorts: ListSort[] = ['relevance', 'newest', 'price-asc', 'price-desc', 'title']
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...sorts), (text, sort) => {
      expect(readPosition(text, sort)).toBeUndefined()
    }),
  )
})

test('the cursor of the longest title fits into the input', () => {
  const keys = [titleKey('\u{10ffff}'.repeat(255)), Number.MAX_SAFE_INTEGER]
  expect(writePosition({ sort: 'title', corrected: false, keys }).length).toBeLessThanOrEqual(400)
})
