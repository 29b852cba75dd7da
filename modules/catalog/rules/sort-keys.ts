import { withoutLatinAccents } from './plain-letters.ts'
import { searchLength } from './search-words.ts'

const MAX_TITLE_KEY_LENGTH = 60
const MAX_RANKED_WORDS = 255
/** Above every product number for a long time, and small enough that the rank stays an exact JavaScript number. */
const RANK_STEP = 2 ** 40

/**
 * What titles are sorted by: letter case and Latin accents do not count. Cut so that it fits into a cursor; titles
 * that are equal so far keep the order of their creation.
 */
export function titleKey(title: string): string {
  const plain = withoutLatinAccents(title).toLowerCase().trim()
  return [...plain].slice(0, MAX_TITLE_KEY_LENGTH).join('')
}

/**
 * The order among products that a query matches equally well, smallest first: short titles, then new products.
 * Where all words of a query stand in each title, this is the order that BM25 gives, whose score then depends on the
 * title's length only; so it can be stored and needs no score for each of thousands of matches.
 */
export function searchRank(title: string, number: number): number {
  return Math.min(searchLength(title), MAX_RANKED_WORDS) * RANK_STEP - number
}

/** What a rank was made of. */
export function placeOfRank(rank: number): { length: number; number: number } {
  const length = Math.ceil(rank / RANK_STEP)
  return { length: Math.abs(length), number: length * RANK_STEP - rank }
}
