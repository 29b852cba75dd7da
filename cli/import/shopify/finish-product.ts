import { type ProductDraft, type VariantDraft, warn } from './product-draft.ts'
import type { ProductRecord, RowProblem, VariantRecord } from './product-record.ts'
import { settleImages } from './read-image.ts'
import { problem, quoted } from './row.ts'
import { settleOptions } from './settle-options.ts'
import { settleStock } from './settle-stock.ts'

/**
 * Makes the product of a draft whose rows are complete, with the problems of variants that are left out, or a
 * problem in its place. `skuLines` holds the SKUs of the products before, and gets those of this one.
 */
export function finishProduct(
  draft: ProductDraft,
  skuLines: Map<string, number>,
): (ProductRecord | RowProblem)[] {
  const { facts, firstRow } = draft
  if (facts === null) {
    const message =
      'Left out this product: it has no title; enter one in its first row, unless that row was left out itself'
    return [problem(firstRow, draft.handle, 'title', 'TITLE_MISSING', message)]
  }
  const { options, variants, problems } = settleOptions(draft)
  if (variants.length === 0) {
    const message = 'Left out this product: none of its rows is a variant that can be taken; give it a price'
    return [...problems, problem(firstRow, draft.handle, null, 'PRODUCT_WITHOUT_VARIANTS', message)]
  }
  const quantities = settleStock(
    draft,
    variants.map((variant) => variant.draft),
  )
  const product: ProductRecord = {
    kind: 'product',
    line: firstRow.line,
    handle: draft.handle,
    ...facts,
    options,
    variants: variants.map(({ draft: variant, values }, index) =>
      toRecord(variant, values, quantities[index] ?? null, uniqueSku(draft, variant, skuLines)),
    ),
    images: settleImages(draft),
    warnings: draft.warnings.sort((one, other) => one.line - other.line),
  }
  return [...problems, product]
}

function toRecord(
  variant: VariantDraft,
  optionValues: string[],
  quantity: number | null,
  sku: string | null,
): VariantRecord {
  const { row, price, compareAtPrice, allowBackorder, weightGrams, requiresShipping, taxable } = variant
  return {
    line: row.line,
    sku,
    optionValues,
    price,
    compareAtPrice,
    quantity,
    allowBackorder,
    weightGrams,
    requiresShipping,
    taxable,
    barcode: variant.barcode,
    imageUrl: variant.imageUrl,
  }
}

/** Two variants with one SKU could not be told apart in the stock; the first one keeps it. */
function uniqueSku(
  draft: ProductDraft,
  { row, sku }: VariantDraft,
  skuLines: Map<string, number>,
): string | null {
  if (sku === '') return null
  const firstLine = skuLines.get(sku)
  if (firstLine === undefined) {
    skuLines.set(sku, row.line)
    return sku
  }
  const message = `Taken without the SKU ${quoted(sku)}: the variant on line ${firstLine} has it`
  warn(draft, row, 'sku', 'SKU_REPEATED', message)
  return null
}
