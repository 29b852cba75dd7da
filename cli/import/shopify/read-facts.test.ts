import { describe, expect, test } from 'vitest'
import { csvOf } from './testing/csv-text.ts'
import { readAll } from './testing/read-all.ts'

/** The product of a file with one row, which has these cells too. */
async function readPot(cells: Record<string, string>) {
  const pot = { Handle: 'pot', Title: 'Pot', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title' }
  const { products, problems } = await readAll(csvOf([{ ...pot, 'Variant Price': '9.99', ...cells }]))
  expect(problems).toEqual([])
  const { draft, ...rest } = products[0]!
  return { ...draft, ...rest }
}

describe('readShopifyProducts(): classes', () => {
  test('reads the tax class and the shipping class in lower case with hyphens, and leaves out those of empty cells', async () => {
    const classes = { 'Tax class': 'Books', 'Shipping class': 'bulky goods' }
    const named = await readPot(classes)
    expect(named).toMatchObject({ taxClass: 'books', shippingClass: 'bulky-goods', warnings: [] })
    const empty = await readPot({ 'Tax class': '', 'Shipping class': ' ' })
    expect(Object.keys(empty)).not.toContain('taxClass')
    expect(Object.keys(empty)).not.toContain('shippingClass')
  })

  test('leaves out a class whose name is not valid, with a warning', async () => {
    const read = await readPot({ 'Tax class': 'Bücher (7 %)' })
    expect(Object.keys(read)).not.toContain('taxClass')
    expect(read.warnings).toMatchObject([
      { line: 2, column: 'Tax class', code: 'CLASS_INVALID', message: expect.stringContaining('Bücher') },
    ])
  })
})
