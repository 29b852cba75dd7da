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
 * first. If each title contains all words of a query, a BM25 score depends only on the length of the title and gives
 * the same order. So the rank can be stored, and a search need not score each of thousands of matches.
 */
export function searchRank(title: string, number: number): number {
  return Math.min(searchLength(title), MAX_RANKED_WORDS) * RANK_STEP - number
}

/** The title length and the product number in a rank. */
export function parseRank(rank: number): { length: number; number: number } {
  const length = Math.ceil(rank / RANK_STEP)
  return { length: Math.abs(length), number: length * RANK_STEP - rank }
}
