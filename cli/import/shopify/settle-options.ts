import type { ColumnKey } from './columns.ts'
import { optionName } from './option-names.ts'
import { type ProductDraft, type VariantDraft, warn } from './product-draft.ts'
import type { ProductOption, RowProblem } from './product-record.ts'
import { problem, quoted } from './row.ts'

const NAME_KEYS = ['option1Name', 'option2Name', 'option3Name'] as const
const VALUE_KEYS = ['option1Value', 'option2Value', 'option3Value'] as const

export type SettledOptions = {
  options: ProductOption[]
  /** The variants that stay, each with a value for every option. */
  variants: { draft: VariantDraft; values: string[] }[]
  problems: RowProblem[]
}

/**
 * Decides which options a product has, now that all its variants are known, and leaves out variants that lack a
 * value or repeat another one's values.
 */
export function settleOptions(draft: ProductDraft): SettledOptions {
  const used = usedOptions(draft)
  const settled: SettledOptions = { options: [], variants: [], problems: [] }
  const spellings = used.map(() => new Map<string, string>())
  const firstLines = new Map<string, number>()
  for (const variant of draft.variants) {
    const lacking = used.find((index) => variant.optionCells[index] === '')
    if (lacking !== undefined) {
      settled.problems.push(missingValue(draft, variant, lacking))
      continue
    }
    const values = used.map((index, at) => sameSpelling(spellings[at]!, variant.optionCells[index]!))
    const combination = JSON.stringify(values)
    const firstLine = firstLines.get(combination)
    if (firstLine !== undefined) {
      settled.problems.push(repeatedVariant(draft, variant, values, firstLine))
      continue
    }
    firstLines.set(combination, variant.row.line)
    settled.variants.push({ draft: variant, values })
  }
  const names = optionNames(draft, used)
  settled.options = names.map((name, at) => ({
    name,
    values: [...new Set(settled.variants.map(({ values }) => values[at]!))],
  }))
  return settled
}

/** The indexes of the options that variants have values for. */
function usedOptions(draft: ProductDraft): number[] {
  const hasValues = (index: number) => draft.variants.some(({ optionCells }) => optionCells[index] !== '')
  const used = [0, 1, 2].filter(hasValues)
  for (const index of [0, 1, 2]) {
    const name = draft.optionNames[index]!
    if (name === '' || used.includes(index) || draft.variants.length === 0) continue
    const message = `Taken without the option ${quoted(name)}: no variant has a value for it`
    warn(draft, draft.firstRow, NAME_KEYS[index]!, 'OPTION_WITHOUT_VALUES', message)
  }
  // This is how Shopify writes that a product has no options.
  const isPlaceholder =
    used.length === 1 &&
    used[0] === 0 &&
    ['', 'title'].includes(draft.optionNames[0].toLowerCase()) &&
    draft.variants.every(({ optionCells }) => optionCells[0].toLowerCase() === 'default title')
  return isPlaceholder ? [] : used
}

function optionNames(draft: ProductDraft, used: number[]): string[] {
  const names: string[] = []
  for (const index of used) {
    const written = draft.optionNames[index]!
    const key: ColumnKey = NAME_KEYS[index]!
    let name = optionName(written) || `Option ${index + 1}`
    if (written === '') {
      warn(draft, draft.firstRow, key, 'OPTION_NAME_MISSING', `Named ${quoted(name)}: the option has no name`)
    } else if (name.toLowerCase() !== written.toLowerCase()) {
      warn(
        draft,
        draft.firstRow,
        key,
        'OPTION_RENAMED',
        `Named ${quoted(name)}: it is written ${quoted(written)}`,
      )
    }
    if (names.includes(name)) {
      name = `${name} ${index + 1}`
      const message = `Named ${quoted(name)}: the product has two options ${quoted(written)}`
      warn(draft, draft.firstRow, key, 'OPTION_NAME_REPEATED', message)
    }
    names.push(name)
  }
  return names
}

/** The first spelling of a value in the product, so that `Red` and `red` are one. */
function sameSpelling(spellings: Map<string, string>, value: string): string {
  const key = value.toLowerCase()
  if (!spellings.has(key)) spellings.set(key, value)
  return spellings.get(key) ?? value
}

function missingValue(draft: ProductDraft, { row }: VariantDraft, index: number): RowProblem {
  const name = draft.optionNames[index] || `Option ${index + 1}`
  const message = `Left out this variant: it has no value for the option ${quoted(name)}; enter one`
  return problem(row, draft.handle, VALUE_KEYS[index]!, 'OPTION_VALUE_MISSING', message)
}

function repeatedVariant(
  draft: ProductDraft,
  { row }: VariantDraft,
  values: string[],
  firstLine: number,
): RowProblem {
  const message =
    values.length === 0
      ? `Left out this variant: the product has no options, and line ${firstLine} is its only variant`
      : `Left out this variant: line ${firstLine} has the same options ${quoted(values.join(' / '))}; change one of them`
  return problem(row, draft.handle, 'option1Value', 'VARIANT_REPEATED', message)
}
