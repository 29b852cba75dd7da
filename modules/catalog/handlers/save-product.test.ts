import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog'] })
})
afterAll(() => shop?.stop())

const editor: Caller = { kind: 'staff', staffId: 'stf_1', permissions: ['catalog.write'] }

test('saveProduct() creates a product, and replaces it by its handle', async () => {
  const { catalog } = shop.as(editor)
  const created = await catalog.saveProduct(productDraft({ handle: 'lamp', title: 'Lamp', tags: ['brass'] }))
  const updated = await catalog.saveProduct(productDraft({ handle: 'lamp', title: 'Table Lamp' }))
  expect(created.outcome).toBe('created')
  expect(updated).toEqual({ ...created, outcome: 'updated' })
  expect(await catalog.getProduct({ handle: 'lamp' })).toMatchObject({ title: 'Table Lamp', tags: [] })
})

test("a staff member's description is sanitised like any other", async () => {
  const descriptionHtml = '<p onclick="alert(1)">Bright</p><script>alert(1)</script>'
  await shop.as(editor).catalog.saveProduct(productDraft({ handle: 'scripted', descriptionHtml }))
  expect((await shop.calls.catalog.getProduct({ handle: 'scripted' })).descriptionHtml).toBe('<p>Bright</p>')
})

describe('pictures in a description', () => {
  const original = 'https://cdn.example/table.jpg?v=1&w=2'
  const description = `<p>Sizes</p><img src="${original}" alt="Table of sizes" width="640" height="480"><p>Care</p>`
  const read = (handle: string) => shop.calls.catalog.getProduct({ handle })
  const addressesIn = (html: string) => Array.from(html.matchAll(/src="([^"]*)"/g), ([, src]) => src!)

  test('are served by the shop as those beside the product are, and are not among these', async () => {
    const { catalog } = shop.as(editor)
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: description }))
    const { descriptionHtml, pictures, picture } = await read('described')
    const [address] = addressesIn(descriptionHtml)
    expect(descriptionHtml).toBe(
      `<p>Sizes</p><img src="${address}" alt="Table of sizes" width="640" height="480" loading="lazy" /><p>Care</p>`,
    )
    expect(address).toMatch(/^\/pictures\/pic_[0-9a-z]+$/)
    expect(pictures).toEqual([picture])
    expect(picture.url).not.toBe(address)
    const { sourceUrl } = await shop.calls.catalog.getPicture({
      pictureId: address!.slice('/pictures/'.length),
    })
    expect(sourceUrl).toBe(original)
  })

  test('keep their addresses when the product is saved again, also as it was read', async () => {
    const { catalog } = shop.as(editor)
    const before = (await read('described')).descriptionHtml
    await catalog.saveProduct(
      productDraft({ handle: 'described', descriptionHtml: description, title: 'New' }),
    )
    expect((await read('described')).descriptionHtml).toBe(before)
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: before, title: 'New' }))
    expect((await read('described')).descriptionHtml).toBe(before)
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: '', title: 'New' }))
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: before, title: 'New' }))
    expect((await read('described')).descriptionHtml).toBe(before)
  })

  test('may be beside the product, too', async () => {
    const pictures = [{ url: original, alt: 'Sizes' }]
    await shop
      .as(editor)
      .catalog.saveProduct(productDraft({ handle: 'both', descriptionHtml: description, pictures }))
    const product = await read('both')
    expect(addressesIn(product.descriptionHtml)).toEqual([product.picture.url])
    expect(product.pictures).toHaveLength(1)
  })

  test('of another product, or none at all, are left out', async () => {
    const [foreign] = addressesIn((await read('described')).descriptionHtml)
    const descriptionHtml = `a<img src="${foreign}"><img src="/pictures/pic_0"><img src="data:image/png,x">b`
    await shop.as(editor).catalog.saveProduct(productDraft({ handle: 'thief', descriptionHtml }))
    expect((await read('thief')).descriptionHtml).toBe('ab')
  })
})

test.each<[string, Caller]>([
  ['a guest', { kind: 'guest' }],
  ['a customer', { kind: 'customer', customerId: 'cus_1', sessionId: 'x' }],
  ['staff without the permission', { kind: 'staff', staffId: 'stf_2', permissions: ['inventory.write'] }],
])('%s may not save a product', async (_who, caller) => {
  await expect(shop.as(caller).catalog.saveProduct(productDraft({ handle: 'stolen' }))).rejects.toMatchObject(
    {
      status: expect.toSatisfy((status: number) => status === 401 || status === 403),
    },
  )
  await expect(shop.calls.catalog.getProduct({ handle: 'stolen' })).rejects.toMatchObject({
    code: 'PRODUCT_NOT_FOUND',
  })
})

test('a contradiction is refused and says what to do', async () => {
  const variants = [variantDraft({}), variantDraft({})]
  await expect(
    shop.as(editor).catalog.saveProduct(productDraft({ handle: 'double', variants })),
  ).rejects.toMatchObject({
    code: 'INVALID_PRODUCT',
    message: expect.stringContaining('give options that tell the variants apart'),
  })
})

test('text that PostgreSQL could not store is stored without its broken characters', async () => {
  const half = 'Lamp \ud800'
  const options = [{ name: half, values: [half] }]
  const variants = [variantDraft({ sku: half, optionValues: [half] })]
  const draft = productDraft({
    handle: 'broken',
    title: half,
    descriptionHtml: half,
    tags: [half],
    options,
    variants,
  })
  await shop.as(editor).catalog.saveProduct(draft)
  expect((await shop.calls.catalog.getProduct({ handle: 'broken' })).title).toBe('Lamp \ufffd')
})

test('an option may have the name of something that every object has', async () => {
  const options = [
    { name: '__proto__', values: ['a'] },
    { name: 'constructor', values: ['b'] },
  ]
  const variants = [variantDraft({ optionValues: ['a', 'b'] })]
  await shop.as(editor).catalog.saveProduct(productDraft({ handle: 'proto', options, variants }))
  const { variants: shown } = await shop.calls.catalog.getProduct({ handle: 'proto' })
  expect(Object.entries(shown[0]!.options)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
})
