import type { ProductDraft, VariantDraft } from '../../contract.ts'

/** A valid product draft with one variant and the given members, for tests. */
export function productDraft(parts: Partial<ProductDraft>): ProductDraft {
  return {
    handle: 'grey-sofa',
    title: 'Grey Sofa',
    descriptionHtml: '<p>Large four-seater</p>',
    vendor: 'Rustic',
    type: 'Sofa',
    tags: [],
    published: true,
    options: [],
    variants: [variantDraft({})],
    pictures: [],
    seoTitle: '',
    seoDescription: '',
    ...parts,
  }
}

/** A variant of a product without options. */
export function variantDraft(parts: Partial<VariantDraft>): VariantDraft {
  return {
    sku: null,
    optionValues: [],
    price: { amount: 1999, currency: 'EUR' },
    compareAtPrice: null,
    weightGrams: 0,
    requiresShipping: true,
    taxable: true,
    barcode: null,
    pictureUrl: null,
    ...parts,
  }
}
