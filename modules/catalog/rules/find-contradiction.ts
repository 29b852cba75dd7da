import { MAX_GOODS } from '#shared/money.ts'
import type { ProductDraft } from '../contract.ts'

/** What is wrong with a settled draft, for a shop that sells in `currency`, that its schema cannot tell, as the end of a sentence; undefined when it is sound. */
export function findContradiction(draft: ProductDraft, currency: string): string | undefined {
  return (
    findHandleMistake(draft) ??
    findOptionMistake(draft) ??
    findVariantMistake(draft) ??
    findPriceMistake(draft, currency) ??
    findUrlMistake(draft)
  )
}

function findHandleMistake({ handle }: ProductDraft): string | undefined {
  // Addresses with these as a part lead elsewhere: browsers take them out before they ask.
  return handle === '.' || handle === '..'
    ? 'no page can have this address; use a handle like "blue-shirt"'
    : undefined
}

function findOptionMistake({ options }: ProductDraft): string | undefined {
  const names = options.map(({ name }) => name)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  return repeated === undefined ? undefined : `two options are named "${repeated}"; rename one`
}

function findVariantMistake({ options, variants }: ProductDraft): string | undefined {
  const combinations = new Set<string>()
  const known = options.map(({ values }) => new Set(values))
  for (const { optionValues } of variants) {
    const shown = optionValues.join(' / ')
    if (optionValues.length !== options.length) {
      return `the variant "${shown}" has ${optionValues.length} option values, and there are ${options.length} options; give one for each`
    }
    const unknown = optionValues.findIndex((value, index) => !known[index]!.has(value))
    if (unknown >= 0) {
      return `the variant "${shown}" has the value "${optionValues[unknown]}", which the option "${options[unknown]!.name}" does not list; add it there`
    }
    const combination = JSON.stringify(optionValues)
    if (combinations.has(combination))
      return `two variants have the option values "${shown}"; change one of them`
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
  return wrong === undefined
    ? undefined
    : `"${wrong}" is not the address of a picture; use one that starts with https://`
}

function isWebUrl(url: string): boolean {
  const protocol = URL.parse(url)?.protocol
  return protocol === 'https:' || protocol === 'http:'
}
