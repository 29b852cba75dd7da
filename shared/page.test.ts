import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byId, decodeCursor, encodeCursor, readPage } from './page.ts'

const LIST = ['things', 'red']
const key = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.integer(),
  fc.constant(null),
)

it('decodeCursor() returns the keys that encodeCursor() packed', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 5 }), (keys) => {
      expect(decodeCursor(LIST, encodeCursor(LIST, keys), keys.length)).toEqual(keys)
    }),
  )
})

it('decodeCursor() rejects a cursor of another list', () => {
  const cursor = encodeCursor(LIST, [1, 'a'])
  expect(decodeCursor(LIST, cursor, 3)).toBeUndefined()
  for (const other of [
    ['things'],
    ['others', 'red'],
    ['things', 'blue'],
    ['things', null],
    ['things', 'red', 7],
  ])
    expect(decodeCursor(other, cursor, 2)).toBeUndefined()
  expect(decodeCursor([...LIST], cursor, 2)).toEqual([1, 'a'])
})

it('decodeCursor() rejects any text that is not a cursor, without throwing', () => {
  const forged = [{}, [[1]], [true], ['a\0'], 'a', 7, null].map((value) =>
    Buffer.from(JSON.stringify(value)).toString('base64url'),
  )
  for (const text of [...forged, '', '!', 'bnVsbA', '\ud800', 'x'.repeat(10_000)])
    expect(decodeCursor(LIST, text, 1)).toBeUndefined()
  fc.assert(
    fc.property(fc.string(), (text) => {
      const keys = decodeCursor(LIST, text, 1)
      expect(keys === undefined || keys.length === 1).toBe(true)
    }),
  )
})

it('readPage() reads every row once, page by page', async () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
  const read = async (after: string | undefined, count: number) =>
    rows.filter(({ id }) => after === undefined || id > after).slice(0, count)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await readPage(LIST, { limit: 2, ...(cursor ? { cursor } : {}) }, byId, read)
    seen.push(page!.items.map(({ id }) => id).join(''))
    cursor = page!.nextCursor ?? undefined
  } while (cursor)
  expect(seen).toEqual(['ab', 'cd', 'e'])
})

it.each([
  ['of another list', encodeCursor(['things', 'blue'], ['a'])],
  ['with a key of another type', encodeCursor(LIST, [7])],
  ['that encodeCursor() did not make', 'x'],
])('readPage() rejects a cursor %s', async (_which, cursor) => {
  const read = () => Promise.reject(new Error('read'))
  expect(await readPage(LIST, { cursor }, byId, read)).toBeUndefined()
})
