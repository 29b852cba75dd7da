import type { OpenProduct } from './open-product.ts'
import { orderImages } from './read-image.ts'
import type { RowProblem, ShopifyProduct } from './reader-output.ts'
import { resolveOptions } from './resolve-options.ts'
import { problem } from './row.ts'

/**
 * Completes a product whose rows have all been read. Returns it after the problems of its variants that are left out; or
 * the problem for which the product itself is left out.
 */
export function finishProduct(product: OpenProduct): (ShopifyProduct | RowProblem)[] {
  const { facts, firstRow } = product
  if (facts === null) {
    const message =
      'Left out this product: it has no title; enter one in its first row, or fix that row if it was left out'
    return [problem(firstRow, product.handle, 'title', 'TITLE_MISSING', message)]
  }
  const { options, variants, problems } = resolveOptions(product)
  if (variants.length === 0) {
    const message = 'Left out this product: none of its rows is a valid variant; give it a price'
    return [...problems, problem(firstRow, product.handle, null, 'PRODUCT_WITHOUT_VARIANTS', message)]
  }
  const complete: ShopifyProduct = {
    kind: 'product',
    line: firstRow.line,
    draft: {
      handle: product.handle,
      ...facts,
      options,
      variants: variants.map(({ variant, values }) => ({ ...variant.facts, optionValues: values })),
      pictures: orderImages(product),
    },
    stock: variants.map(({ variant }) => variant.stock),
    warnings: product.warnings.sort((one, other) => one.line - other.line),
  }
  return [...problems, complete]
}
