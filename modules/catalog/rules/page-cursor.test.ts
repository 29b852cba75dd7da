import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCursor } from '#shared/page.ts'
import { decodePosition, encodePosition, type ListSort, type ListSubject } from './page-cursor.ts'
import { titleKey } from './sort-keys.ts'

const ALL: ListSubject = { query: '' }

test('decodePosition() returns the position that encodePosition() packed', () => {
  const position = { sort: 'price-asc' as const, corrected: true, keys: [1999, 7] }
  for (const subject of [
    ALL,
    { query: 'lamp', category: 'light', available: true, minPrice: 1, maxPrice: 2 },
  ])
    expect(decodePosition(encodePosition(subject, position), subject, 'price-asc')).toEqual(position)
})

test('a cursor of another sorting is refused', () => {
  const cursor = encodePosition(ALL, { sort: 'price-asc', corrected: false, keys: [1999, 7] })
  expect(decodePosition(cursor, ALL, 'price-desc')).toBeUndefined()
})

test.each<ListSubject>([
  { query: 'lamp' },
  { query: '', category: 'bags' },
  { query: '', available: false },
  { query: '', minPrice: 0 },
  { query: '', maxPrice: 0 },
])('a cursor of all products is refused by the list of %j, and vice versa', (subject) => {
  const position = { sort: 'price-asc' as const, corrected: false, keys: [1999, 7] }
  expect(decodePosition(encodePosition(ALL, position), subject, 'price-asc')).toBeUndefined()
  expect(decodePosition(encodePosition(subject, position), ALL, 'price-asc')).toBeUndefined()
})

test.each([[0, '7'], [0, 1.5], [0, 1e300], [2, 7], [0, null], [0], [0, 7, 7]])(
  'the cursor [%j, %j] is refused',
  (...keys) => {
    const newest = ['products', 'newest', '', undefined, undefined, undefined, undefined]
    expect(decodePosition(encodeCursor(newest, [0, 7]), ALL, 'newest')).toMatchObject({ keys: [7] })
    expect(decodePosition(encodeCursor(newest, keys), ALL, 'newest')).toBeUndefined()
  },
)

test('decodePosition() rejects any other text without throwing', () => {
  const sorts: ListSort[] = ['relevance', 'newest', 'price-asc', 'price-desc', 'title']
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...sorts), (text, sort) => {
      expect(decodePosition(text, ALL, sort)).toBeUndefined()
    }),
  )
})

test('the cursor of the longest title has at most 400 characters, the limit of the input', () => {
  const keys = [titleKey('\u{10ffff}'.repeat(255)), Number.MAX_SAFE_INTEGER]
  expect(encodePosition(ALL, { sort: 'title', corrected: false, keys }).length).toBeLessThanOrEqual(400)
})
