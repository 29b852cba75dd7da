import { MAX_GOODS } from '#shared/money.ts'
import { samplePictureFile } from '#shared/sample-picture.ts'
import { countOf, isVisible, quote } from '#shared/text.ts'
import type { ProductDraft } from '../contract.ts'

/**
 * Finds a problem of a normalised draft that its schema cannot detect, for a shop with this currency. Returns the end
 * of a sentence; undefined for a valid draft.
 */
export function findDraftProblem(draft: ProductDraft, currency: string): string | undefined {
  return (
    findHandleProblem(draft) ??
    findInvisibleName(draft) ??
    findOptionProblem(draft) ??
    findVariantProblem(draft) ??
    findPriceProblem(draft, currency) ??
    findUrlProblem(draft)
  )
}

function findHandleProblem({ handle }: ProductDraft): string | undefined {
  // Browsers resolve these parts of a path before they send a request
  return handle === '.' || handle === '..' || !isVisible(handle)
    ? 'no page can have this URL; use a handle like "blue-shirt"'
    : undefined
}

/** Texts of lists and pages must be visible. An empty vendor, type or text for search engines is allowed. */
function findInvisibleName({ title, tags, options, variants }: ProductDraft): string | undefined {
  const names: [name: string, texts: readonly (string | null)[]][] = [
    ['the title', [title]],
    ['the name of an option', options.map(({ name }) => name)],
    ['a value of an option', options.flatMap(({ values }) => values)],
    ['a tag', tags],
    ['a SKU', variants.map(({ sku }) => sku)],
    ['a barcode', variants.map(({ barcode }) => barcode)],
  ]
  const invisible = names.find(([, texts]) => texts.some((text) => text !== null && !isVisible(text)))
  return invisible && `${invisible[0]} has no visible character; enter a readable text`
}

function findOptionProblem({ options }: ProductDraft): string | undefined {
  const names = options.map(({ name }) => name)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  return repeated === undefined ? undefined : `two options are named ${quote(repeated)}; rename one`
}

function findVariantProblem({ options, variants }: ProductDraft): string | undefined {
  if (options.length === 0 && variants.length > 1) {
    return `there are ${variants.length} variants and no options; add options that distinguish the variants`
  }
  const combinations = new Set<string>()
  const valuesOfOptions = options.map(({ values }) => new Set(values))
  for (const { optionValues } of variants) {
    const title = optionValues.join(' / ')
    if (optionValues.length !== options.length) {
      const variant = optionValues.length === 0 ? 'a variant' : `the variant ${quote(title)}`
      return `${variant} has ${countOf(optionValues.length, 'option value')}, but the product has ${countOf(options.length, 'option')}; send one value for each option`
    }
    const unknown = optionValues.findIndex((value, index) => !valuesOfOptions[index]!.has(value))
    if (unknown >= 0) {
      return `the variant ${quote(title)} has the value ${quote(optionValues[unknown]!)}, which the option ${quote(options[unknown]!.name)} does not list; add it there`
    }
    const combination = JSON.stringify(optionValues)
    if (combinations.has(combination))
      return `two variants have the option values ${quote(title)}; change one of them`
    combinations.add(combination)
  }
  return undefined
}

function findPriceProblem({ variants }: ProductDraft, currency: string): string | undefined {
  for (const { price, compareAtPrice, optionValues } of variants) {
    const ofVariant = optionValues.length === 0 ? '' : ` of the variant ${quote(optionValues.join(' / '))}`
    if (price.amount < 0) return `the price${ofVariant} is ${price.amount} minor units; use 0 or more`
    if (price.amount > MAX_GOODS)
      return `the price${ofVariant} is ${price.amount} minor units, more than the maximum of an order; use at most ${MAX_GOODS}`
    for (const [name, amount] of [
      ['price', price],
      ['compare-at price', compareAtPrice],
    ] as const)
      if (amount !== null && amount.currency !== currency)
        return `the ${name}${ofVariant} is in ${amount.currency}, but this shop sells in ${currency} (PANDO_CURRENCY); convert it to ${currency}`
  }
  return undefined
}

function findUrlProblem({ pictures, variants }: ProductDraft): string | undefined {
  const urls = [...pictures.map(({ url }) => url), ...variants.map(({ pictureUrl }) => pictureUrl)]
  const invalid = urls.find((url) => url !== null && !isPictureUrl(url))
  return invalid === undefined || invalid === null
    ? undefined
    : `${quote(invalid)} is not the URL of a picture; use one that starts with https://`
}

function isPictureUrl(url: string): boolean {
  const protocol = URL.parse(url)?.protocol
  return protocol === 'https:' || protocol === 'http:' || samplePictureFile(url) !== undefined
}
