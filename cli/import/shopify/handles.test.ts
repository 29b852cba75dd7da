import { expect, test } from 'vitest'
import { MAX_HANDLE_LENGTH, toHandle } from './handles.ts'

test.each([
  'blue-shirt',
  '7-day-candle',
  'a--b',
  'größe-7',
  '青い-シャツ',
  'हिन्दी',
  'x_y',
  '-blue_shirt-',
  'brand™-tee',
  '🎁',
  'a.b',
])('toHandle() does not change %j', (handle) => {
  expect(toHandle(handle)).toBe(handle)
})

test.each([
  ['Blue Shirt!', 'blue-shirt'],
  ['My_Shirt', 'my_shirt'],
  ['Café Crème', 'cafe-creme'],
  ['a/b?c#d', 'a-b-c-d'],
  ['../../etc', 'etc'],
  ['ÅSA', 'asa'],
  ['コーヒー Mug', 'コーヒー-mug'],
])('toHandle() converts %j to %j', (text, handle) => {
  expect(toHandle(text)).toBe(handle)
})

test('toHandle() refuses punctuation alone, and handles of more than 255 characters', () => {
  for (const text of ['!!!', '.', '..', '---']) expect(toHandle(text)).toBeNull()
  expect(toHandle('')).toBeNull()
  expect(toHandle('a'.repeat(MAX_HANDLE_LENGTH))).not.toBeNull()
  expect(toHandle('a'.repeat(MAX_HANDLE_LENGTH + 1))).toBeNull()
  expect(toHandle('🎁'.repeat(MAX_HANDLE_LENGTH))).not.toBeNull()
  expect(toHandle('🎁'.repeat(MAX_HANDLE_LENGTH + 1))).toBeNull()
})
