import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'
import { catalogStatements } from '../testing.ts'

const A = 'https://example.com/a.jpg'
const B = 'https://example.com/b.jpg'
const ring = productDraft({
  handle: 'ring',
  title: 'Ring',
  descriptionHtml: '<h2>Fine</h2><p>Hand-made</p>',
  type: 'Rings',
  tags: ['gold', 'gift'],
  options: [{ name: 'Color', values: ['Gold', 'Silver'] }],
  variants: [
    variantDraft({
      sku: 'R-G',
      optionValues: ['Gold'],
      price: { amount: 9000, currency: 'EUR' },
      weightGrams: 12,
    }),
    variantDraft({ optionValues: ['Silver'], pictureUrl: B, taxable: false, requiresShipping: false }),
  ],
  pictures: [{ url: A, alt: 'Ring on a hand' }],
})

let shop: TestShop
let variantIds: string[]
beforeAll(async () => {
  // Loopback mode sends each query twice, which would double the counted statements
  shop = await openShop({ modules: ['catalog'], loopback: false })
  const products = [
    ring,
    productDraft({ handle: 'hidden', published: false }),
    productDraft({ handle: 'bare', type: '' }),
  ]
  const { results } = await shop.calls.catalog.importProducts({ products, dryRun: false })
  variantIds = results.flatMap((result) => result.variantIds)
})
afterAll(() => shop?.stop())

test('getProduct() returns all members of a product', async () => {
  const product = await shop.calls.catalog.getProduct({ handle: 'ring' })
  expect(product).toMatchObject({
    handle: 'ring',
    descriptionHtml: '<h3>Fine</h3><p>Hand-made</p>',
    options: ring.options,
    categories: [{ handle: 'rings', title: 'Rings' }],
    tags: ['gold', 'gift'],
    price: { amount: 1999, currency: 'EUR' },
    priceVaries: true,
    available: false,
    seoTitle: 'Ring',
    seoDescription: 'Fine Hand-made',
  })
  expect(product.variants.map(({ title, options }) => [title, options])).toEqual([
    ['Gold', { Color: 'Gold' }],
    ['Silver', { Color: 'Silver' }],
  ])
  expect(product.pictures.map(({ alt }) => alt)).toEqual(['Ring on a hand', 'Ring, Silver'])
  expect(product.picture).toEqual(product.pictures[0])
})

test('a product without type, tags and pictures has no category and one picture', async () => {
  const { categories, pictures } = await shop.calls.catalog.getProduct({ handle: 'bare' })
  expect(categories).toEqual([])
  expect(pictures).toHaveLength(1)
})

test.each(['hidden', 'unknown'])('getProduct() does not find the product %j', async (handle) => {
  await expect(shop.calls.catalog.getProduct({ handle })).rejects.toMatchObject({
    code: 'PRODUCT_NOT_FOUND',
    status: 404,
  })
})

test('getVariants() returns variants for cart and orders, and leaves out unknown and unpublished ones', async () => {
  const { variants } = await shop.calls.catalog.getVariants({ variantIds: [...variantIds, newId('var')] })
  const byTitle = new Map(
    variants.map((variant) => [`${variant.productTitle}/${variant.variantTitle}`, variant]),
  )
  expect([...byTitle.keys()].sort()).toEqual(['Grey Sofa/Grey Sofa', 'Ring/Gold', 'Ring/Silver'])
  expect(byTitle.get('Ring/Gold')).toMatchObject({
    variantId: variantIds[0],
    productHandle: 'ring',
    sku: 'R-G',
    price: { amount: 9000, currency: 'EUR' },
    picture: { alt: 'Ring on a hand' },
    weightGrams: 12,
    requiresShipping: true,
    taxable: true,
  })
  expect(byTitle.get('Ring/Silver')).toMatchObject({
    picture: { alt: 'Ring, Silver' },
    requiresShipping: false,
    taxable: false,
  })
})

test('getVariants() answers the classes of the product and the handles of its categories, in their order', async () => {
  const drafts = [
    productDraft({ handle: 'tagged', type: '', tags: ['Two words', 'Alpha'], taxClass: 'books' }),
    productDraft({ handle: 'bare-type', type: '', tags: [], shippingClass: 'bulky' }),
  ]
  const { results } = await shop.calls.catalog.importProducts({ products: drafts, dryRun: false })
  const ids = results.flatMap((result) => result.variantIds)
  const { variants } = await shop.calls.catalog.getVariants({ variantIds: ids })
  const byProduct = Object.fromEntries(variants.map((variant) => [variant.productHandle, variant]))
  expect(byProduct.tagged).toMatchObject({ taxClass: 'books', categories: ['two-words', 'alpha'] })
  expect(byProduct.tagged).not.toHaveProperty('shippingClass')
  expect(byProduct['bare-type']).toMatchObject({
    taxClass: 'standard',
    shippingClass: 'bulky',
    categories: [],
  })
})

test('getVariants() and getProduct() take one statement each', async () => {
  // The answer for a new product is not cached yet
  await shop.calls.catalog.importProducts({ products: [productDraft({ handle: 'counted' })], dryRun: false })
  expect(
    await catalogStatements(shop, () => shop.calls.catalog.getProduct({ handle: 'counted' })),
  ).toHaveLength(1)
  expect(await catalogStatements(shop, () => shop.calls.catalog.getVariants({ variantIds }))).toHaveLength(1)
  expect(await catalogStatements(shop, () => shop.calls.catalog.getVariants({ variantIds: [] }))).toEqual([])
})

test('getPicture() returns the original of a withdrawn picture too, and the picture keeps its id when it is in the draft again', async () => {
  const read = (url: string) => shop.calls.catalog.getPicture({ pictureId: url.replace('/pictures/', '') })
  const { pictures } = await shop.calls.catalog.getProduct({ handle: 'ring' })
  expect(await read(pictures[0]!.url)).toMatchObject({
    productTitle: 'Ring',
    productType: 'Rings',
    sourceUrl: A,
  })
  await shop.calls.catalog.importProducts({ products: [{ ...ring, pictures: [] }], dryRun: false })
  expect(await read(pictures[0]!.url)).toMatchObject({ sourceUrl: A })
  await shop.calls.catalog.importProducts({ products: [ring], dryRun: false })
  expect((await shop.calls.catalog.getProduct({ handle: 'ring' })).pictures).toEqual(pictures)
  const { picture } = await shop.calls.catalog.getProduct({ handle: 'bare' })
  expect(await read(picture.url)).toMatchObject({ sourceUrl: null, productTitle: 'Grey Sofa' })
  await expect(read('/pictures/pic_1')).rejects.toMatchObject({ code: 'PICTURE_NOT_FOUND' })
})
