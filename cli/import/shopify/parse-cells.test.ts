import { expect, test } from 'vitest'
import { parseFlag, parseTags, parseWebUrl, parseWeight, parseWholeNumber } from './parse-cells.ts'

test.each([
  ['TRUE', true],
  ['yes', true],
  ['1', true],
  ['False', false],
  ['no', false],
  ['0', false],
  ['maybe', null],
])('parseFlag() reads %j as %j', (text, flag) => {
  expect(parseFlag(text)).toBe(flag)
})

test.each([
  ['12', 12],
  ['-3', -3],
  ['+3', 3],
  ['12.0', 12],
  ['1,200', 1200],
  ['-0', 0],
  ['1.5', null],
  ['1,20', null],
  ['many', null],
  ['9'.repeat(20), null],
])('parseWholeNumber() reads %j as %j', (text, number) => {
  expect(parseWholeNumber(text)).toBe(number)
})

test.each([
  ['340', 340],
  ['28.35', 28.35],
  ['8,5', 8.5],
  // A comma before three digits groups thousands, but not after a zero
  ['1,250', 1250],
  ['1,250.5', 1250.5],
  ['0,250', 0.25],
  ['1.000', 1],
  ['1,25,0', null],
  ['0.0004', 0],
  ['99999999.999', 99_999_999.999],
  ['0', 0],
  ['-1', null],
  ['1 kg', null],
])('parseWeight() reads %j as %j', (text, grams) => {
  expect(parseWeight(text)).toBe(grams)
})

test.each([
  ['https://shop.example/a.jpg', 'https://shop.example/a.jpg'],
  ['//shop.example/a b.jpg', 'https://shop.example/a%20b.jpg'],
  ['shop.example/a.jpg', null],
  ['javascript:alert(1)', null],
  ['data:image/png;base64,AA', null],
  ['file:///etc/passwd', null],
  ['C:\\pictures\\a.jpg', null],
  [`https://shop.example/${'a'.repeat(2048)}`, null],
])('parseWebUrl() reads %j as %j', (text, url) => {
  expect(parseWebUrl(text)).toBe(url)
})

test('parseTags() returns each tag once, in the order of the file', () => {
  expect(parseTags(' Pot, Plants ,, pot,Garden,')).toEqual(['Pot', 'Plants', 'Garden'])
  expect(parseTags('')).toEqual([])
})
