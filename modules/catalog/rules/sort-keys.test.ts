import { expect, test } from 'vitest'
import { searchRank, titleKey } from './sort-keys.ts'

test('titleKey() ignores letter case and Latin accents', () => {
  expect(titleKey(' Éclair ')).toBe('eclair')
  expect(titleKey('ECLAIR')).toBe('eclair')
  expect(titleKey('Ёлка')).toBe('ёлка')
})

test('titleKey() is at most 60 characters long and never splits a character', () => {
  expect([...titleKey('😀'.repeat(100))]).toHaveLength(60)
})

test('searchRank() puts the shorter title first', () => {
  expect(searchRank('Sofa', 1)).toBeLessThan(searchRank('Grey Sofa', 1_000_000))
})

test('searchRank() puts the newer of equally long titles first', () => {
  expect(searchRank('Red Sofa', 8)).toBeLessThan(searchRank('Grey Sofa', 7))
})

test('searchRank() is an exact number for the longest title', () => {
  expect(searchRank('a '.repeat(5000), 1)).toBeLessThan(Number.MAX_SAFE_INTEGER)
})
