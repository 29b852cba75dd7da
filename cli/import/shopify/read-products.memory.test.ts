import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { BLOCK_BYTES } from './byte-blocks.ts'
import { readShopifyProducts } from './read-products.ts'

const ROWS_PER_PRODUCT = 4
const PRODUCTS = 25_000

const HEADER = 'Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n'

/** Yields 100,000 rows. `delivered` counts the products whose rows have been yielded. */
async function* hugeFile(counter: { delivered: number; bytes: number }): AsyncGenerator<string> {
  yield HEADER
  for (let product = 0; product < PRODUCTS; product += 1) {
    const handle = `product-${product}`
    const body = `"<p>A description of product ${product}, ${'which has a few words more '.repeat(10)}</p>"`
    const url = `https://pictures.example/${handle}.jpg`
    const first = `${handle},Product ${product},${body},Size,S,${handle}-s,10.00,${url}\n`
    const others = ['m', 'l'].map((size) => `${handle},,,,${size},${handle}-${size},11.00,\n`)
    const rows = `${first}${others.join('')}${handle},,,,,,,${url}?2\n`
    counter.delivered += 1
    counter.bytes += rows.length
    yield rows
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test('readShopifyProducts() reads 100,000 rows in bounded memory, at most two blocks ahead of its consumer', async () => {
  const counter = { delivered: 0, bytes: 0 }
  const survey = { lastLines: new Map() }
  const heaps: number[] = []
  let products = 0
  let rows = 0
  let furthestAhead = 0
  for await (const found of readShopifyProducts(hugeFile(counter), survey, { currency: 'EUR' })) {
    if (found.kind === 'problem') throw new Error(found.message)
    products += 1
    rows += found.draft.variants.length + found.draft.pictures.length - 1
    furthestAhead = Math.max(furthestAhead, counter.delivered - products)
    if (products === 1_000 || products === PRODUCTS) heaps.push(heapAfterCollection())
  }
  expect(products).toBe(PRODUCTS)
  expect(rows).toBe(PRODUCTS * ROWS_PER_PRODUCT)
  const productBytes = counter.bytes / PRODUCTS
  expect(furthestAhead * productBytes).toBeLessThan(2 * BLOCK_BYTES)
  // Between the two measurements only the handles of 24,000 products were added, about 500 bytes each
  expect(heaps[1]! - heaps[0]!).toBeLessThan(16_000_000)
}, 180_000)
