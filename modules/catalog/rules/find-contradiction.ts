import { MAX_GOODS } from '#shared/money.ts'
import { countOf, isVisible, quote } from '#shared/text.ts'
import type { ProductDraft } from '../contract.ts'

/** What is wrong with a settled draft, for a shop that sells in `currency`, that its schema cannot tell, as the end of a sentence; undefined when it is sound. */
export function findContradiction(draft: ProductDraft, currency: string): string | undefined {
  return (
    findHandleMistake(draft) ??
    findInvisibleName(draft) ??
    findOptionMistake(draft) ??
    findVariantMistake(draft) ??
    findPriceMistake(draft, currency) ??
    findUrlMistake(draft)
  )
}

function findHandleMistake({ handle }: ProductDraft): string | undefined {
  // Addresses with these as a part lead elsewhere: browsers take them out before they ask.
  return handle === '.' || handle === '..' || !isVisible(handle)
    ? 'no page can have this address; use a handle like "blue-shirt"'
    : undefined
}

/** What lists and pages show must be visible. An empty vendor, type or text for search engines is allowed. */
function findInvisibleName({ title, tags, options, variants }: ProductDraft): string | undefined {
  const names: [what: string, texts: readonly (string | null)[]][] = [
    ['the title', [title]],
    ['the name of an option', options.map(({ name }) => name)],
    ['a value of an option', options.flatMap(({ values }) => values)],
    ['a tag', tags],
    ['a SKU', variants.map(({ sku }) => sku)],
    ['a barcode', variants.map(({ barcode }) => barcode)],
  ]
  const invisible = names.find(([, texts]) => texts.some((text) => text !== null && !isVisible(text)))
  return invisible && `${invisible[0]} has no visible character; write a text that can be read`
}

function findOptionMistake({ options }: ProductDraft): string | undefined {
  const names = options.map(({ name }) => name)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  return repeated === undefined ? undefined : `two options are named ${quote(repeated)}; rename one`
}

function findVariantMistake({ options, variants }: ProductDraft): string | undefined {
  if (options.length === 0 && variants.length > 1) {
    return `there are ${variants.length} variants and no options; give options that tell the variants apart`
  }
  const combinations = new Set<string>()
  const known = options.map(({ values }) => new Set(values))
  for (const { optionValues } of variants) {
    const shown = optionValues.join(' / ')
    if (optionValues.length !== options.length) {
      const variant = optionValues.length === 0 ? 'a variant' : `the variant ${quote(shown)}`
      return `${variant} has ${countOf(optionValues.length, 'option value')}, and the product has ${countOf(options.length, 'option')}; give one value for each option`
    }
    const unknown = optionValues.findIndex((value, index) => !known[index]!.has(value))
    if (unknown >= 0) {
      return `the variant ${quote(shown)} has the value ${quote(optionValues[unknown]!)}, which the option ${quote(options[unknown]!.name)} does not list; add it there`
    }
    const combination = JSON.stringify(optionValues)
    if (combinations.has(combination))
      return `two variants have the option values ${quote(shown)}; change one of them`
    combinations.add(combination)
  }
  return undefined
}

function findPriceMistake({ variants }: ProductDraft, currency: string): string | undefined {
  for (const { price, compareAtPrice } of variants) {
    if (price.amount < 0) return `a price is ${price.amount}; use 0 or more`
    if (price.amount > MAX_GOODS)
      return `a price is ${price.amount}, more than an order can hold; use ${MAX_GOODS} at most`
    const other = [price, compareAtPrice].find((amount) => amount !== null && amount.currency !== currency)
    if (other)
      return `a price is in ${other.currency}, and this shop sells in ${currency} (PANDO_CURRENCY); give it in ${currency}`
  }
  return undefined
}

function findUrlMistake({ pictures, variants }: ProductDraft): string | undefined {
  const urls = [...pictures.map(({ url }) => url), ...variants.map(({ pictureUrl }) => pictureUrl)]
  const wrong = urls.find((url) => url !== null && !isWebUrl(url))
  return wrong === undefined || wrong === null
    ? undefined
    : `${quote(wrong)} is not the address of a picture; use one that starts with https://`
}

function isWebUrl(url: string): boolean {
  const protocol = URL.parse(url)?.protocol
  return protocol === 'https:' || protocol === 'http:'
}
