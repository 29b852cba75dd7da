import { categoriesOf } from './categories-of.ts'
import { type SearchTerms, searchTerms } from './search-words.ts'
import { titleKey } from './sort-keys.ts'

/** PostgreSQL refuses the word list of a longer text; whoever reads so far has found the product. */
const MAX_SEARCHED_CHARACTERS = 50_000

/** What search reads of a product. */
export interface SearchedProduct {
  title: string
  vendor: string
  type: string
  tags: readonly string[]
  optionValues: readonly string[]
  skus: readonly string[]
  /** The description without markup. */
  text: string
}

/** What search keeps of a product, in the order of its weight. */
export interface SearchTexts {
  titleKey: string
  title: SearchTerms
  /** Of vendor, type, tags, categories, option values and SKUs. */
  facts: SearchTerms
  body: SearchTerms
}

export function searchTexts(product: SearchedProduct): SearchTexts {
  const { title, vendor, type, tags, optionValues, skus, text } = product
  const categories = categoriesOf(product).map((category) => category.title)
  return {
    titleKey: titleKey(title),
    title: searchTerms(title),
    // Parted by more than spaces, since none of them goes on in the next one.
    facts: searchTerms([vendor, type, ...tags, ...categories, ...optionValues, ...skus].join(', ')),
    body: searchTerms(text.slice(0, MAX_SEARCHED_CHARACTERS)),
  }
}
