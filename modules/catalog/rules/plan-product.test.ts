import { expect, test } from 'vitest'
import { type ExistingProduct, planProduct } from './plan-product.ts'
import { productDraft, variantDraft } from './testing/drafts.ts'

function plan(parts: Parameters<typeof productDraft>[0], existing?: ExistingProduct) {
  let made = 0
  return planProduct(productDraft(parts), 'hash', existing, (prefix) => `${prefix}_new${++made}`)
}

const sizes = {
  options: [{ name: 'Size', values: ['S', 'M'] }],
  variants: [variantDraft({ sku: 'SO-1', optionValues: ['S'] }), variantDraft({ optionValues: ['M'] })],
}

const stored: ExistingProduct = {
  id: 'prd_old',
  draftHash: 'other',
  taxClass: 'standard',
  shippingClass: null,
  variants: [
    { id: 'var_m', sku: null, optionValues: ['M'], withdrawn: true, available: true, tracked: true },
  ],
  pictures: [{ id: 'pic_old', sourceUrl: null }],
}

test('a new product gets new ids, and its variants are not available', () => {
  const { id, variants, pictures, summary } = plan(sizes)
  expect([id, ...variants.map((variant) => variant.id), ...pictures.map((picture) => picture.id)]).toEqual([
    'prd_new1',
    'var_new3',
    'var_new4',
    'pic_new2',
  ])
  expect(summary).toMatchObject({ id, available: false, picture: { url: '/pictures/pic_new2' } })
})

test('an existing product keeps its id and the ids of its pictures, and a withdrawn variant keeps its id and availability', () => {
  const { id, variants, pictures, summary } = plan(sizes, stored)
  expect(id).toBe('prd_old')
  expect(variants.map((variant) => variant.id)).toEqual(['var_new1', 'var_m'])
  expect(pictures[0]!.id).toBe('pic_old')
  expect(summary.variants.map(({ available }) => available)).toEqual([false, true])
})

test("a variant has its own picture, or else the product's first", () => {
  const url = 'https://example.com/m.jpg'
  const [small, medium] = sizes.variants
  const { variants, pictures } = plan({
    ...sizes,
    pictures: [{ url: 'https://example.com/a.jpg', alt: '' }],
    variants: [small!, { ...medium!, pictureUrl: url }],
  })
  expect(
    variants.map(({ pictureId }) => pictures.find((picture) => picture.id === pictureId)!.sourceUrl),
  ).toEqual(['https://example.com/a.jpg', url])
})

test('the texts for search engines default to title and description', () => {
  const { seoTitle, seoDescription } = plan({ descriptionHtml: `<p>${'Soft and warm. '.repeat(20)}</p>` })
  expect(seoTitle).toBe('Grey Sofa')
  expect(seoDescription).toMatch(/^Soft and warm\. .{80,}…$/)
  expect(plan({ seoTitle: 'Buy it', seoDescription: 'Now' })).toMatchObject({
    seoTitle: 'Buy it',
    seoDescription: 'Now',
  })
})

test('the facts of a search are vendor, type, tags, option values and SKUs', () => {
  const { terms } = plan({ ...sizes, tags: ['Living room'] })
  expect(terms.title.words).toBe('grey sofa')
  expect(terms.facts.words.split(' ')).toEqual(
    expect.arrayContaining(['rustic', 'sofa', 'living', 'room', 's', 'm', 'so', '1']),
  )
  expect(terms.body.words).toBe('large four seater')
})
