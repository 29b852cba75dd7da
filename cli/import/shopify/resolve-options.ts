import type { ProductDraft } from '#modules/catalog/contract.ts'
import type { ColumnKey } from './columns.ts'
import { type OpenProduct, type OpenVariant, warn } from './open-product.ts'
import { optionName } from './option-names.ts'
import type { RowProblem } from './reader-output.ts'
import { problem, quoted } from './row.ts'

const NAME_KEYS = ['option1Name', 'option2Name', 'option3Name'] as const
const VALUE_KEYS = ['option1Value', 'option2Value', 'option3Value'] as const

export type ResolvedOptions = {
  options: ProductDraft['options']
  /** The remaining variants, each with a value for every option. */
  variants: { variant: OpenVariant; values: string[] }[]
  problems: RowProblem[]
}

/**
 * Determines the options of a product once all its variants are known. Leaves out variants that lack the value of an option
 * or repeat the values of another variant.
 */
export function resolveOptions(product: OpenProduct): ResolvedOptions {
  const used = optionsWithValues(product)
  const resolved: ResolvedOptions = { options: [], variants: [], problems: [] }
  const spellings = used.map(() => new Map<string, string>())
  const firstLines = new Map<string, number>()
  for (const variant of product.variants) {
    const missing = used.find((index) => variant.optionCells[index] === '')
    if (missing !== undefined) {
      resolved.problems.push(missingValue(product, variant, missing))
      continue
    }
    const values = used.map((index, at) => firstSpelling(spellings[at]!, variant.optionCells[index]!))
    const combination = JSON.stringify(values)
    const firstLine = firstLines.get(combination)
    if (firstLine !== undefined) {
      resolved.problems.push(repeatedVariant(product, variant, values, firstLine))
      continue
    }
    firstLines.set(combination, variant.row.line)
    resolved.variants.push({ variant, values })
  }
  const names = optionNames(product, used)
  resolved.options = names.map((name, at) => ({
    name,
    values: [...new Set(resolved.variants.map(({ values }) => values[at]!))],
  }))
  return resolved
}

/** The indexes of the options for which at least one variant has a value. */
function optionsWithValues(product: OpenProduct): number[] {
  const hasValues = (index: number) => product.variants.some(({ optionCells }) => optionCells[index] !== '')
  const used = [0, 1, 2].filter(hasValues)
  for (const index of [0, 1, 2]) {
    const name = product.optionNames[index]!
    if (name === '' || used.includes(index) || product.variants.length === 0) continue
    const message = `Imported without the option ${quoted(name)}: no variant has a value for it`
    warn(product, product.firstRow, NAME_KEYS[index]!, 'OPTION_WITHOUT_VALUES', message)
  }
  // Shopify exports a product without options like this
  const isPlaceholder =
    used.length === 1 &&
    used[0] === 0 &&
    ['', 'title'].includes(product.optionNames[0].toLowerCase()) &&
    product.variants.every(({ optionCells }) => optionCells[0].toLowerCase() === 'default title')
  return isPlaceholder ? [] : used
}

function optionNames(product: OpenProduct, used: number[]): string[] {
  const names: string[] = []
  for (const index of used) {
    const written = product.optionNames[index]!
    const key: ColumnKey = NAME_KEYS[index]!
    let name = optionName(written) || `Option ${index + 1}`
    if (written === '') {
      warn(
        product,
        product.firstRow,
        key,
        'OPTION_NAME_MISSING',
        `Named ${quoted(name)}: the option has no name`,
      )
    } else if (name.toLowerCase() !== written.toLowerCase()) {
      warn(
        product,
        product.firstRow,
        key,
        'OPTION_RENAMED',
        `Named ${quoted(name)}: the file has ${quoted(written)}`,
      )
    }
    if (names.includes(name)) {
      name = `${name} ${index + 1}`
      const message = `Named ${quoted(name)}: the product has two options with the name ${quoted(written)}`
      warn(product, product.firstRow, key, 'OPTION_NAME_REPEATED', message)
    }
    names.push(name)
  }
  return names
}

/** The first spelling of a value in the product, so that `Red` and `red` are one value. */
function firstSpelling(spellings: Map<string, string>, value: string): string {
  const key = value.toLowerCase()
  if (!spellings.has(key)) spellings.set(key, value)
  return spellings.get(key) ?? value
}

function missingValue(product: OpenProduct, { row }: OpenVariant, index: number): RowProblem {
  const name = product.optionNames[index] || `Option ${index + 1}`
  const message = `Left out this variant: it has no value for the option ${quoted(name)}; enter one`
  return problem(row, product.handle, VALUE_KEYS[index]!, 'OPTION_VALUE_MISSING', message)
}

function repeatedVariant(
  product: OpenProduct,
  { row }: OpenVariant,
  values: string[],
  firstLine: number,
): RowProblem {
  const message =
    values.length === 0
      ? `Left out this variant: the product has no options, and line ${firstLine} is its only variant`
      : `Left out this variant: line ${firstLine} has the same options ${quoted(values.join(' / '))}; change one of them`
  return problem(row, product.handle, 'option1Value', 'VARIANT_REPEATED', message)
}
