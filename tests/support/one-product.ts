import type { ProductDraft } from '#modules/catalog/contract.ts'

/** Returns a product with one variant, for tests that buy something. */
export function oneProduct(handle: string, amount = 1500): ProductDraft {
  return {
    handle,
    title: `Test ${handle}`,
    descriptionHtml: '',
    vendor: '',
    type: 'Test',
    tags: [],
    published: true,
    options: [],
    variants: [
      {
        sku: null,
        optionValues: [],
        price: { amount, currency: 'EUR' },
        compareAtPrice: null,
        weightGrams: 100,
        requiresShipping: true,
        taxable: true,
        barcode: null,
        pictureUrl: null,
      },
    ],
    pictures: [],
    seoTitle: '',
    seoDescription: '',
  }
}
