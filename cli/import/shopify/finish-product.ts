import type { ProductDraft, VariantDraft } from './product-draft.ts'
import type { ProductRecord, RowProblem, VariantRecord } from './product-record.ts'
import { orderImages } from './read-image.ts'
import { resolveOptions } from './resolve-options.ts'
import { problem } from './row.ts'

/**
 * Returns the product of a draft whose rows are complete, after the problems of its variants that are left out; or the
 * problem for which the product itself is left out.
 */
export function finishProduct(draft: ProductDraft): (ProductRecord | RowProblem)[] {
  const { facts, firstRow } = draft
  if (facts === null) {
    const message =
      'Left out this product: it has no title; enter one in its first row, or fix that row if it was left out'
    return [problem(firstRow, draft.handle, 'title', 'TITLE_MISSING', message)]
  }
  const { options, variants, problems } = resolveOptions(draft)
  if (variants.length === 0) {
    const message = 'Left out this product: none of its rows is a valid variant; give it a price'
    return [...problems, problem(firstRow, draft.handle, null, 'PRODUCT_WITHOUT_VARIANTS', message)]
  }
  const product: ProductRecord = {
    kind: 'product',
    line: firstRow.line,
    handle: draft.handle,
    ...facts,
    options,
    variants: variants.map(({ draft: variant, values }) => toRecord(variant, values)),
    images: orderImages(draft),
    warnings: draft.warnings.sort((one, other) => one.line - other.line),
  }
  return [...problems, product]
}

function toRecord(variant: VariantDraft, optionValues: string[]): VariantRecord {
  const { row, price, compareAtPrice, allowBackorder, weightGrams, requiresShipping, taxable } = variant
  return {
    line: row.line,
    sku: variant.sku || null,
    optionValues,
    price,
    compareAtPrice,
    tracked: variant.tracked,
    quantity: variant.quantity,
    allowBackorder,
    weightGrams,
    requiresShipping,
    taxable,
    barcode: variant.barcode,
    imageUrl: variant.imageUrl,
  }
}
