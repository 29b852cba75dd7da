import { stripLatinAccents } from './plain-letters.ts'
import { searchLength } from './search-words.ts'

const MAX_TITLE_KEY_LENGTH = 60
const MAX_RANKED_WORDS = 255
/** Larger than any product number, and small enough for ranks to be safe integers. */
const RANK_STEP = 2 ** 40

/**
 * The key to sort titles by: without letter case and Latin accents. It is truncated to fit a cursor; titles with the
 * same key keep the order of their creation.
 */
export function titleKey(title: string): string {
  const plain = stripLatinAccents(title).toLowerCase().trim()
  return [...plain].slice(0, MAX_TITLE_KEY_LENGTH).join('')
}

/**
 * The rank of a product among equally good matches: short titles come first, then new products. The smallest rank is
 * first. It gives the same order as a BM25 score of titles that all contain the words of a query, because that depends
 * only on their lengths. But a rank can be stored, so that a search need not score each of thousands of matches.
 */
export function searchRank(title: string, number: number): number {
  return Math.min(searchLength(title), MAX_RANKED_WORDS) * RANK_STEP - number
}

/** The title length and the product number in a rank. */
export function parseRank(rank: number): { length: number; number: number } {
  const length = Math.ceil(rank / RANK_STEP)
  // `Math.abs` turns -0 into 0
  return { length: Math.abs(length), number: length * RANK_STEP - rank }
}
