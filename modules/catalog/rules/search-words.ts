/** Longer queries are cut: nobody means the eleventh word. */
const MAX_QUERY_WORDS = 10
const MAX_WORD_LENGTH = 60

/**
 * Splits text into words as search sees them: lower case, letters and digits of any script. Apostrophes are dropped
 * (`women's` is `womens`, which stems to `women`); everything else parts words.
 */
export function searchWords(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/['’`´]/g, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu)
      ?.map((word) => [...word].slice(0, MAX_WORD_LENGTH).join('')) ?? []
  )
}

/** The words of what somebody typed into the search field, each once. */
export function queryWords(query: string): string[] {
  return [...new Set(searchWords(query))].slice(0, MAX_QUERY_WORDS)
}
