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

test('saveProduct() creates a product, and replaces the product with the same handle', async () => {
  const { catalog } = shop.as(editor)
  const created = await catalog.saveProduct(productDraft({ handle: 'lamp', title: 'Lamp', tags: ['brass'] }))
  const updated = await catalog.saveProduct(productDraft({ handle: 'lamp', title: 'Table Lamp' }))
  expect(created.outcome).toBe('created')
  expect(updated).toEqual({ ...created, outcome: 'updated' })
  expect(await catalog.getProduct({ handle: 'lamp' })).toMatchObject({ title: 'Table Lamp', tags: [] })
})

test('saveProduct() keeps the classes that a draft leaves out, and sets those that it names', async () => {
  const draft = productDraft({ handle: 'classed' })
  const classes = async () => {
    const { variantIds } = await shop.as(editor).catalog.saveProduct(draft)
    const { variants } = await shop.calls.catalog.getVariants({ variantIds })
    const { taxClass, shippingClass } = variants[0]!
    return { taxClass, shippingClass }
  }
  const save = async (named: { taxClass?: string; shippingClass?: string | null }) =>
    (await shop.as(editor).catalog.saveProduct({ ...draft, ...named })).outcome
  expect(await classes()).toEqual({ taxClass: 'standard', shippingClass: undefined })
  expect(await save({ taxClass: 'books', shippingClass: 'bulky' })).toBe('updated')
  expect(await classes()).toEqual({ taxClass: 'books', shippingClass: 'bulky' })
  expect(await save({})).toBe('unchanged')
  expect(await save({ taxClass: 'books' })).toBe('unchanged')
  // Also when something else changes
  await shop.as(editor).catalog.saveProduct({ ...draft, title: 'Classed' })
  expect(await classes()).toEqual({ taxClass: 'books', shippingClass: 'bulky' })
  expect(await save({ shippingClass: null })).toBe('updated')
  expect(await classes()).toEqual({ taxClass: 'books', shippingClass: undefined })
  expect(await save({ taxClass: 'standard' })).toBe('updated')
  expect(await classes()).toEqual({ taxClass: 'standard', shippingClass: undefined })
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
  const urlsIn = (html: string) => Array.from(html.matchAll(/src="([^"]*)"/g), ([, src]) => src!)

  test('are served by the shop, and are not listed among the pictures of the product', async () => {
    const { catalog } = shop.as(editor)
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: description }))
    const { descriptionHtml, pictures, picture } = await read('described')
    const [url] = urlsIn(descriptionHtml)
    expect(descriptionHtml).toBe(
      `<p>Sizes</p><img src="${url}" alt="Table of sizes" width="640" height="480" loading="lazy" /><p>Care</p>`,
    )
    expect(url).toMatch(/^\/pictures\/pic_[0-9a-z]+$/)
    expect(pictures).toEqual([picture])
    expect(picture.url).not.toBe(url)
    const { sourceUrl } = await shop.calls.catalog.getPicture({
      pictureId: url!.slice('/pictures/'.length),
    })
    expect(sourceUrl).toBe(original)
  })

  test('keep their URLs when the product is saved again, with the original description or the one read', async () => {
    const { catalog } = shop.as(editor)
    const before = (await read('described')).descriptionHtml
    await catalog.saveProduct(
      productDraft({ handle: 'described', descriptionHtml: description, title: 'New' }),
    )
    expect((await read('described')).descriptionHtml).toBe(before)
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: before, title: 'New' }))
    expect((await read('described')).descriptionHtml).toBe(before)
    // Without a description its pictures are withdrawn, and come back
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: '', title: 'New' }))
    await catalog.saveProduct(productDraft({ handle: 'described', descriptionHtml: before, title: 'New' }))
    expect((await read('described')).descriptionHtml).toBe(before)
  })

  test('may also be pictures of the product', async () => {
    const pictures = [{ url: original, alt: 'Sizes' }]
    await shop
      .as(editor)
      .catalog.saveProduct(productDraft({ handle: 'both', descriptionHtml: description, pictures }))
    const product = await read('both')
    expect(urlsIn(product.descriptionHtml)).toEqual([product.picture.url])
    expect(product.pictures).toHaveLength(1)
  })

  test('are removed if they belong to another product, are unknown or have an invalid URL', async () => {
    const [foreign] = urlsIn((await read('described')).descriptionHtml)
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

test('an invalid product is refused, and the message says what to do', async () => {
  const variants = [variantDraft({}), variantDraft({})]
  await expect(
    shop.as(editor).catalog.saveProduct(productDraft({ handle: 'double', variants })),
  ).rejects.toMatchObject({
    code: 'INVALID_PRODUCT',
    message: expect.stringContaining('add options that distinguish the variants'),
  })
})

test('lone surrogates, which PostgreSQL cannot store, are replaced', async () => {
  const loneSurrogate = 'Lamp \ud800'
  const options = [{ name: loneSurrogate, values: [loneSurrogate] }]
  const variants = [variantDraft({ sku: loneSurrogate, optionValues: [loneSurrogate] })]
  const draft = productDraft({
    handle: 'broken',
    title: loneSurrogate,
    descriptionHtml: loneSurrogate,
    tags: [loneSurrogate],
    options,
    variants,
  })
  await shop.as(editor).catalog.saveProduct(draft)
  expect((await shop.calls.catalog.getProduct({ handle: 'broken' })).title).toBe('Lamp \ufffd')
})

test('an option may be named like a property of all JavaScript objects', async () => {
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
