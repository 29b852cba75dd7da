import { expect, test } from 'vitest'
import { categoriesOf } from './categories-of.ts'

test('a product with a type is in the category of its type only', () => {
  expect(categoriesOf({ type: 'Bracelet', tags: ['Gold', 'Gem'] })).toEqual([
    { handle: 'bracelet', title: 'Bracelet' },
  ])
})

test('without a type, each tag is a category', () => {
  expect(categoriesOf({ type: ' ', tags: ['men', 'Summer sale'] })).toEqual([
    { handle: 'men', title: 'Men' },
    { handle: 'summer-sale', title: 'Summer sale' },
  ])
})

test('tags with the same handle are one category, and tags without letters are none', () => {
  expect(categoriesOf({ type: '', tags: ['Sale', 'SALE!', '%'] })).toEqual([
    { handle: 'sale', title: 'Sale' },
  ])
})

test('a product without type and tags has no category', () => {
  expect(categoriesOf({ type: '', tags: [] })).toEqual([])
})
