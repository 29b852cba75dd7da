import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { ProductDraft } from '../contract.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog'] })
})
afterAll(() => shop?.stop())

const staff = (...permissions: string[]): Caller => ({ kind: 'staff', staffId: newId('stf'), permissions })
const reader = () => shop.as(staff('catalog.read')).catalog
const editor = () => shop.as(staff('catalog.write')).catalog

const full = productDraft({
  handle: 'full',
  descriptionHtml: '<p>Sizes &amp; care</p>',
  tags: ['brass', 'new'],
  published: false,
  options: [{ name: 'Colour', values: ['Red', 'Blue'] }],
  variants: [
    variantDraft({ sku: 'A-1', optionValues: ['Red'], weightGrams: 8.5, barcode: '0042', taxable: false }),
    variantDraft({
      optionValues: ['Blue'],
      compareAtPrice: { amount: 2999, currency: 'EUR' },
      pictureUrl: 'https://cdn.example/blue.jpg',
      requiresShipping: false,
    }),
  ],
  pictures: [{ url: 'https://cdn.example/all.jpg', alt: '' }],
  seoDescription: 'For search engines',
})

describe('getSavedProduct()', () => {
  test.each<[string, Partial<ProductDraft>]>([
    ['with all members', {}],
    ['without pictures', { pictures: [], variants: [variantDraft({})], options: [] }],
    ['with a picture without an original', { pictures: [{ url: null, alt: 'Later' }] }],
    ['with classes', { taxClass: 'books', shippingClass: 'bulky' }],
    ['with a picture of the sample', { pictures: [{ url: 'sample:cup.svg', alt: '' }] }],
    ['with texts of its own for search engines', { seoTitle: 'Own', seoDescription: '' }],
    [
      'with a picture in the description',
      { descriptionHtml: '<p>A</p><img src="https://cdn.example/t.jpg?v=1&amp;w=2" alt="Table">' },
    ],
  ])('returns a product %s as it was saved, as input for saving it again', async (_what, parts) => {
    const draft = { ...full, handle: newId('p').replace('_', '-'), ...parts }
    const { productId, variantIds } = await editor().saveProduct(draft)
    const read = await reader().getSavedProduct({ handle: draft.handle })
    const timestamps = { createdAt: expect.any(String), updatedAt: expect.any(String) }
    expect(read).toMatchObject({ productId, variantIds, ...timestamps })
    // Only the description differs, because it was sanitised
    const { descriptionHtml: _readDescription, ...others } = read.product
    const { descriptionHtml: _savedDescription, ...expected } = draft
    expect(others).toEqual({ taxClass: 'standard', shippingClass: null, ...expected })
    expect((await editor().saveProduct(read.product)).outcome).toBe('unchanged')
  })

  test('returns input that reproduces any stored product', async () => {
    const url = fc.constantFrom(null, 'https://cdn.example/1.jpg', 'https://cdn.example/2.jpg')
    const alt = fc.constantFrom('', 'Grey Sofa', 'Grey Sofa, Red', 'Another')
    const drafts = fc.record({
      pictures: fc.array(fc.record({ url, alt }), { maxLength: 3 }),
      pictureUrls: fc.tuple(url, url),
      seoTitle: fc.constantFrom('', 'Grey Sofa', 'Own'),
    })
    await fc.assert(
      fc.asyncProperty(drafts, async ({ pictures, pictureUrls, seoTitle }) => {
        const handle = newId('p').replace('_', '-')
        const variants = pictureUrls.map((pictureUrl, index) =>
          variantDraft({ optionValues: [['Red', 'Blue'][index]!], pictureUrl }),
        )
        const draft = { ...full, handle, title: 'Grey Sofa', published: true, pictures, variants, seoTitle }
        await editor().saveProduct(draft)
        const shown = await shop.calls.catalog.getProduct({ handle })
        const { product } = await reader().getSavedProduct({ handle })
        await editor().saveProduct(product)
        expect(await shop.calls.catalog.getProduct({ handle })).toEqual(shown)
        expect((await reader().getSavedProduct({ handle })).product).toEqual(product)
      }),
      { numRuns: 40 },
    )
  })

  test('fails for an unknown handle, and for staff without the permission to read', async () => {
    await expect(reader().getSavedProduct({ handle: 'nowhere' })).rejects.toMatchObject({
      code: 'PRODUCT_NOT_FOUND',
      status: 404,
    })
    await editor().saveProduct(full)
    await expect(editor().getSavedProduct({ handle: 'full' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

test('listSavedProducts() lists all products or, by the filter, published or unpublished ones, newest first', async () => {
  const handles = ['list-a', 'list-b', 'list-c', 'list-d']
  for (const [index, handle] of handles.entries())
    await editor().saveProduct(productDraft({ handle, published: index % 2 === 0 }))
  const first = await reader().listSavedProducts({ limit: 3 })
  expect(first.items.map(({ handle, published }) => [handle, published])).toEqual([
    ['list-d', false],
    ['list-c', true],
    ['list-b', false],
  ])
  const next = await reader().listSavedProducts({ limit: 1, cursor: first.nextCursor! })
  expect(next.items).toMatchObject([{ handle: 'list-a', title: 'Grey Sofa', updatedAt: expect.any(String) }])
  const unpublished = await reader().listSavedProducts({ published: false, limit: 2 })
  expect(unpublished.items.map(({ handle }) => handle)).toEqual(['list-d', 'list-b'])
  const published = await reader().listSavedProducts({ published: true, limit: 2 })
  expect(published.items.map(({ handle }) => handle)).toEqual(['list-c', 'list-a'])
  const withOtherCursor = reader().listSavedProducts({ published: true, cursor: unpublished.nextCursor! })
  await expect(withOtherCursor).rejects.toMatchObject({ code: 'INVALID_CURSOR', status: 400 })
})

test('getVariantStock() and getProductStock() return the stock that setVariantStock() has set, and zeros for a variant never counted', async () => {
  const { variantIds } = await editor().saveProduct({ ...full, handle: 'stocked' })
  const [counted, neverCounted] = variantIds as [string, string]
  const keeper = shop.as(staff('inventory.write', 'inventory.read')).catalog
  const set = await keeper.setVariantStock({ variantId: counted, quantity: 5, backorder: true })
  expect(set).toMatchObject({ onHand: 5, reserved: 0, available: 5, backorder: true, oversold: 0 })
  expect(await keeper.getVariantStock({ variantId: counted })).toEqual(set)
  const none = {
    variantId: neverCounted,
    onHand: 0,
    reserved: 0,
    available: 0,
    backorder: false,
    oversold: 0,
  }
  expect(await keeper.getProductStock({ handle: 'stocked' })).toEqual({ items: [set, none] })
  for (const reading of [
    keeper.getVariantStock({ variantId: newId('var') }),
    keeper.getProductStock({ handle: 'nowhere' }),
  ])
    await expect(reading).rejects.toMatchObject({ status: 404 })
  const writerOnly = shop.as(staff('inventory.write')).catalog
  await expect(writerOnly.getVariantStock({ variantId: counted })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
})
