import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCursor } from '#shared/page.ts'
import { type ListSort, type ListSubject, readPosition, writePosition } from './page-cursor.ts'
import { titleKey } from './sort-keys.ts'

const ALL: ListSubject = { query: '' }

test('readPosition() reads what writePosition() wrote', () => {
  const position = { sort: 'price-asc' as const, corrected: true, keys: [1999, 7] }
  for (const subject of [
    ALL,
    { query: 'lamp', category: 'light', available: true, minPrice: 1, maxPrice: 2 },
  ])
    expect(readPosition(writePosition(subject, position), subject, 'price-asc')).toEqual(position)
})

test('a cursor of another sort is refused', () => {
  const cursor = writePosition(ALL, { sort: 'price-asc', corrected: false, keys: [1999, 7] })
  expect(readPosition(cursor, ALL, 'price-desc')).toBeUndefined()
})

test.each<ListSubject>([
  { query: 'lamp' },
  { query: '', category: 'bags' },
  { query: '', available: false },
  { query: '', minPrice: 0 },
  { query: '', maxPrice: 0 },
])('a cursor of all products is refused by the list of %j, and the other way round', (subject) => {
  const position = { sort: 'price-asc' as const, corrected: false, keys: [1999, 7] }
  expect(readPosition(writePosition(ALL, position), subject, 'price-asc')).toBeUndefined()
  expect(readPosition(writePosition(subject, position), ALL, 'price-asc')).toBeUndefined()
})

test.each([[0, '7'], [0, 1.5], [0, 1e300], [2, 7], [0, null], [0], [0, 7, 7]])(
  'the cursor [%j, %j] is refused',
  (...keys) => {
    const newest = ['products', 'newest', '', undefined, undefined, undefined, undefined]
    expect(readPosition(encodeCursor(newest, [0, 7]), ALL, 'newest')).toMatchObject({ keys: [7] })
    expect(readPosition(encodeCursor(newest, keys), ALL, 'newest')).toBeUndefined()
  },
)

test('no text that is not a cursor is read as one, or throws', () => {
  const sorts: ListSort[] = ['relevance', 'newest', 'price-asc', 'price-desc', 'title']
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...sorts), (text, sort) => {
      expect(readPosition(text, ALL, sort)).toBeUndefined()
    }),
  )
})

test('the cursor of the longest title fits into the input', () => {
  const keys = [titleKey('\u{10ffff}'.repeat(255)), Number.MAX_SAFE_INTEGER]
  expect(writePosition(ALL, { sort: 'title', corrected: false, keys }).length).toBeLessThanOrEqual(400)
})
