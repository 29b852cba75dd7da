import { type OpenProduct, shortened, warn } from './open-product.ts'
import { readFacts } from './read-facts.ts'
import { addImage } from './read-image.ts'
import { isVariantRow, readVariant } from './read-variant.ts'
import type { RowProblem } from './reader-output.ts'
import { cell, problem, quoted, type Row } from './row.ts'

// Less than the 255 that are allowed, because a number is appended to a repeated name
const MAX_OPTION_NAME_LENGTH = 250

export type RowLimits = { currency: string; maxVariants: number }

/** Adds the content of a row to its product. Returns the reason when the row's variant is left out, else null. */
export function addRow(product: OpenProduct, row: Row, limits: RowLimits): RowProblem | null {
  addTitle(product, row)
  addOptionNames(product, row)
  const imagesBefore = product.images.length
  addImage(product, row)
  if (isVariantRow(row)) return addVariant(product, row, limits)
  if (product.images.length === imagesBefore && cell(row, 'title') === '' && cell(row, 'imageUrl') === '') {
    const message = 'Left out this row: it has neither a variant nor an image'
    warn(product, row, null, 'ROW_WITHOUT_CONTENT', message)
  }
  return null
}

function addTitle(product: OpenProduct, row: Row) {
  const title = cell(row, 'title')
  if (title === '') return
  if (product.facts === null) {
    product.titleWritten = title
    product.facts = readFacts(product, row)
  } else if (title !== product.titleWritten) {
    const message = `Imported without the title ${quoted(title)}: the product already has the title ${quoted(product.titleWritten)}`
    warn(product, row, 'title', 'TITLE_DIFFERS', message)
  }
}

function addOptionNames(product: OpenProduct, row: Row) {
  product.optionNames[0] ||= optionName(product, row, 'option1Name')
  product.optionNames[1] ||= optionName(product, row, 'option2Name')
  product.optionNames[2] ||= optionName(product, row, 'option3Name')
}

function optionName(
  product: OpenProduct,
  row: Row,
  key: 'option1Name' | 'option2Name' | 'option3Name',
): string {
  return shortened(product, row, key, cell(row, key), MAX_OPTION_NAME_LENGTH)
}

function addVariant(product: OpenProduct, row: Row, limits: RowLimits): RowProblem | null {
  if (product.variants.length === limits.maxVariants) {
    product.variantsLeftOut += 1
    if (product.variantsLeftOut > 1) return null
    const message =
      `Left out this variant and those that follow: a product has at most ${limits.maxVariants}; ` +
      'divide it into several products'
    return problem(row, product.handle, null, 'VARIANT_LIMIT', message)
  }
  const variant = readVariant(product, row, limits.currency)
  if ('kind' in variant) return variant
  product.variants.push(variant)
  return null
}
