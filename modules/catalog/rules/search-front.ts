import { parseRank } from './sort-keys.ts'

/** How many consecutive product numbers form a block. Products of a block with titles of one length share a mark. */
const BLOCK = 2048

/**
 * The front of the catalogue: the products with the smallest ranks, which a search shows first. These are all products
 * with titles below some length, and the newest products with titles of exactly this length (`searchRank`). A common
 * word matches enough products of the front to fill a page, so the search need not read the ranks of all its matches.
 *
 * The index of words does not contain ranks. So each product has its rank, rounded to a block, as one more search term:
 * its mark. The front is a query for marks, which the index combines with the words of a search.
 */
export interface SearchFront {
  /** Larger than all ranks of the front. Smaller ranks in the same block as this one are not in the front. */
  below: number
  /** The tsquery that matches exactly the products of the front by their marks. */
  expression: string
}

/**
 * The mark of a product with this rank, such as `#0a.12` for a title of 10 words and the block `2`: the length, the
 * number of the block's digits, and these digits, all hexadecimal. It begins with a character that no word begins with.
 */
export function rankMark(rank: number): string {
  const { length, number } = parseRank(rank)
  return mark(length, blockOf(number))
}

/** The front of all products whose blocks are completely below a rank: those with shorter titles, or newer ones. */
export function frontBelow(rank: number): SearchFront {
  const { length, number } = parseRank(rank)
  const shorter = Array.from({ length }, (_, shorterLength) => `'${lengthMark(shorterLength)}':*`)
  const newer = marksAfter(length, blockOf(number))
  return { below: rank, expression: [...shorter, ...newer].join(' | ') }
}

function blockOf(number: number): string {
  return Math.floor(number / BLOCK).toString(16)
}

function lengthMark(length: number): string {
  return `#${length.toString(16).padStart(2, '0')}.`
}

/** The number of digits comes before the digits, so that marks of one title length sort like their blocks. */
function mark(length: number, block: string): string {
  return `${lengthMark(length)}${block.length}${block}`
}

/**
 * Prefixes of the marks of this title length in all later blocks, which have newer products, even future ones. After
 * block `d` these are the marks with more digits, and those with one digit that is `e` or `f`.
 */
function marksAfter(length: number, block: string): string[] {
  const digits = `${block.length}${block}`
  return Array.from(digits).flatMap((digit, i) => {
    // The first character is the number of digits, 1 to 9; the others are hexadecimal digits
    const last = i === 0 ? 9 : 15
    const larger = Array.from({ length: last - Number.parseInt(digit, 16) }, (_, j) => last - j)
    return larger.map((value) => `'${lengthMark(length)}${digits.slice(0, i)}${value.toString(16)}':*`)
  })
}
