import { describe, expect, test } from 'vitest'
import { findColumns } from './columns.ts'
import { ShopifyFileError } from './file-error.ts'
import { CLASSIC_NAMES, NEWER_NAMES } from './testing/product-rows.ts'

const REQUIRED = ['Handle', 'Title', 'Option1 Name', 'Option1 Value', 'Variant Price']

describe('findColumns()', () => {
  test('finds the columns of older and newer exports', () => {
    for (const names of [CLASSIC_NAMES, NEWER_NAMES]) {
      const header = Object.values(names)
      const { at, unknown, ignored } = findColumns(header)
      expect(Object.keys(at)).toHaveLength(header.length)
      expect([unknown, ignored]).toEqual([[], []])
    }
  })

  test('ignores letter case, spaces and punctuation', () => {
    const { at } = findColumns([
      'HANDLE',
      ' title ',
      'option1  name',
      'Option_1_Value',
      'variant price',
      'body html',
    ])
    expect(at).toEqual({ handle: 0, title: 1, option1Name: 2, option1Value: 3, price: 4, description: 5 })
  })

  test.each([
    ['Tax class', 'taxClass'],
    ['SHIPPING CLASS', 'shippingClass'],
    ['Tax (product.metafields.custom.tax_class)', 'taxClass'],
    ['Freight (product.metafields.my_app.shipping_class)', 'shippingClass'],
  ])('reads %j as a class of products', (name, key) => {
    const { at, warnings } = findColumns([...REQUIRED, name])
    expect(at).toMatchObject({ [key]: REQUIRED.length })
    expect(warnings).toEqual([])
  })

  test('distinguishes columns that are not needed from unknown ones', () => {
    const ignored = [
      'Google Shopping / MPN',
      'Price / International',
      'Compare At Price / International',
      'Variant Tax Code',
      'Cost per item',
      'Product Category',
      'Option1 Linked To',
      'Color (product.metafields.shopify.color-pattern)',
    ]
    const found = findColumns([...REQUIRED, ...ignored, 'Shelf', ''])
    expect(found.ignored).toEqual(ignored)
    expect(found.unknown).toEqual(['Shelf'])
    expect(found.warnings).toEqual([
      {
        line: 1,
        column: 'Shelf',
        code: 'COLUMN_UNKNOWN',
        message: 'Left out column 14: no column of a product export has this name; check its spelling',
      },
    ])
  })

  test('uses the column with the older name when a file has two columns with the same meaning', () => {
    const { at, warnings } = findColumns(['Product Type', 'Type', ...REQUIRED])
    expect(at.type).toBe(1)
    expect(warnings).toMatchObject([{ column: 'Product Type', code: 'COLUMN_REPEATED' }])
  })

  test('uses the first of two columns with the same name, with a warning', () => {
    const { at, warnings } = findColumns([...REQUIRED, 'Title'], 2)
    expect(at.title).toBe(1)
    expect(warnings).toEqual([
      {
        line: 2,
        column: 'Title',
        code: 'COLUMN_REPEATED',
        message: "Left out column 6: column 2, 'Title', has the same meaning and is used; remove one of them",
      },
    ])
  })

  test('lists all missing required columns in one error', () => {
    const find = () => findColumns(['Title', 'SKU', 'Colour'])
    expect(find).toThrow(ShopifyFileError)
    expect(find).toThrow("'Handle', 'Option1 Name', 'Option1 Value', 'Variant Price' are missing")
    expect(find).toThrow("starts with 'Title', 'SKU', 'Colour'")
    expect(() => findColumns(REQUIRED.slice(1))).toThrow("the column 'Handle' is missing")
  })
})
