import { type ProductDraft, shortened, warn } from './product-draft.ts'
import type { RowProblem } from './product-record.ts'
import { readFacts } from './read-facts.ts'
import { addImage } from './read-image.ts'
import { isVariantRow, readVariant } from './read-variant.ts'
import { cell, problem, quoted, type Row } from './row.ts'

// Less than the 255 that are allowed, because a number is appended to a repeated name
const MAX_OPTION_NAME_LENGTH = 250

export type RowLimits = { currency: string; maxVariants: number }

/** Adds the content of a row to its product. Returns the reason when the row's variant is left out, else null. */
export function addRow(draft: ProductDraft, row: Row, limits: RowLimits): RowProblem | null {
  addTitle(draft, row)
  addOptionNames(draft, row)
  const imagesBefore = draft.images.length
  addImage(draft, row)
  if (isVariantRow(row)) return addVariant(draft, row, limits)
  if (draft.images.length === imagesBefore && cell(row, 'title') === '' && cell(row, 'imageUrl') === '') {
    const message = 'Left out this row: it has neither a variant nor an image'
    warn(draft, row, null, 'ROW_WITHOUT_CONTENT', message)
  }
  return null
}

function addTitle(draft: ProductDraft, row: Row) {
  const title = cell(row, 'title')
  if (title === '') return
  if (draft.facts === null) {
    draft.titleWritten = title
    draft.facts = readFacts(draft, row)
  } else if (title !== draft.titleWritten) {
    const message = `Imported without the title ${quoted(title)}: the product already has the title ${quoted(draft.titleWritten)}`
    warn(draft, row, 'title', 'TITLE_DIFFERS', message)
  }
}

function addOptionNames(draft: ProductDraft, row: Row) {
  draft.optionNames[0] ||= optionName(draft, row, 'option1Name')
  draft.optionNames[1] ||= optionName(draft, row, 'option2Name')
  draft.optionNames[2] ||= optionName(draft, row, 'option3Name')
}

function optionName(
  draft: ProductDraft,
  row: Row,
  key: 'option1Name' | 'option2Name' | 'option3Name',
): string {
  return shortened(draft, row, key, cell(row, key), MAX_OPTION_NAME_LENGTH)
}

function addVariant(draft: ProductDraft, row: Row, limits: RowLimits): RowProblem | null {
  if (draft.variants.length === limits.maxVariants) {
    draft.variantsLeftOut += 1
    if (draft.variantsLeftOut > 1) return null
    const message =
      `Left out this variant and those that follow: a product has at most ${limits.maxVariants}; ` +
      'divide it into several products'
    return problem(row, draft.handle, null, 'VARIANT_LIMIT', message)
  }
  const variant = readVariant(draft, row, limits.currency)
  if ('kind' in variant) return variant
  draft.variants.push(variant)
  return null
}
