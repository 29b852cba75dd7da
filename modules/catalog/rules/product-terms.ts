import { categoriesOf } from './categories-of.ts'
import { type SearchTerms, searchTerms } from './search-words.ts'
import { titleKey } from './sort-keys.ts'

/** The tsvector of a longer text could exceed PostgreSQL's limit of 1 MB, and would be refused. */
const MAX_SEARCHED_CHARACTERS = 50_000

/** The texts of a product for the search index. */
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

/** The search terms of a product, most important first. */
export interface ProductTerms {
  /** The key to sort lists by title. */
  titleKey: string
  title: SearchTerms
  /** Terms of vendor, type, tags, categories, option values and SKUs. */
  facts: SearchTerms
  /** Terms of the description. */
  body: SearchTerms
}

export function productTerms(product: SearchedProduct): ProductTerms {
  const { title, vendor, type, tags, optionValues, skus, text } = product
  const categories = categoriesOf(product).map((category) => category.title)
  return {
    titleKey: titleKey(title),
    title: searchTerms(title),
    // The commas prevent n-grams across two facts
    facts: searchTerms([vendor, type, ...tags, ...categories, ...optionValues, ...skus].join(', ')),
    body: searchTerms(text.slice(0, MAX_SEARCHED_CHARACTERS)),
  }
}
