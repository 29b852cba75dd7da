import type { ProductDraft } from '#modules/catalog/contract.ts'
import type { ProductRecord } from './shopify/product-record.ts'

/** Converts a product of a file for the catalog, and adds the currency to amounts. `stockOf` converts its stock. */
export function toDraft(record: ProductRecord, currency: string): ProductDraft {
  return {
    handle: record.handle,
    title: record.title,
    descriptionHtml: record.descriptionHtml,
    vendor: record.vendor,
    type: record.type,
    tags: record.tags,
    published: record.published,
    options: record.options,
    variants: record.variants.map((variant) => ({
      sku: variant.sku,
      optionValues: variant.optionValues,
      price: { amount: variant.price, currency },
      compareAtPrice: variant.compareAtPrice === null ? null : { amount: variant.compareAtPrice, currency },
      weightGrams: variant.weightGrams,
      requiresShipping: variant.requiresShipping,
      taxable: variant.taxable,
      barcode: variant.barcode,
      pictureUrl: variant.imageUrl,
    })),
    pictures: record.images.map(({ url, alt }) => ({ url, alt })),
    seoTitle: record.seoTitle,
    seoDescription: record.seoDescription,
  }
}

/** The stock of a product's variants, in the order of `variantIds`; without a quantity when the file has none. */
export function stockOf(record: ProductRecord, variantIds: readonly string[]) {
  return record.variants.map(({ tracked, quantity, allowBackorder }, i) => ({
    variantId: variantIds[i]!,
    ...(tracked && quantity === null ? {} : { quantity }),
    backorder: allowBackorder,
  }))
}
