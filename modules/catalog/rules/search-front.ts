import { parseRank } from './sort-keys.ts'

/** The number of products with consecutive numbers that share a mark. */
const BLOCK = 2048

/**
 * The front of the catalogue: the products with the smallest ranks, which a search shows first. A common word matches
 * enough products of the front to fill a page, so that the search need not read the ranks of all its matches.
 */
export interface SearchFront {
  /** A rank that is larger than all ranks of the front. */
  below: number
  /** The tsquery that matches exactly the products of the front. */
  expression: string
}

/**
 * The mark of a rank: a search term for the title length and the block of the product's number. It begins with a
 * character that no word begins with. Newer products have larger numbers, so their marks sort after those of older
 * products.
 */
export function rankMark(rank: number): string {
  const { length, number } = parseRank(rank)
  return mark(length, blockOf(number))
}

/** The front of all blocks that are completely below a rank. */
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

/** The number of digits comes first, so that marks sort like their blocks. */
function mark(length: number, block: string): string {
  return `${lengthMark(length)}${block.length}${block}`
}

/** Prefixes of the marks of all later blocks, including future ones. */
function marksAfter(length: number, block: string): string[] {
  const digits = `${block.length}${block}`
  return Array.from(digits).flatMap((digit, i) => {
    // The number of digits is decimal, the digits are hexadecimal
    const last = i === 0 ? 9 : 15
    const larger = Array.from({ length: last - Number.parseInt(digit, 16) }, (_, j) => last - j)
    return larger.map((value) => `'${lengthMark(length)}${digits.slice(0, i)}${value.toString(16)}':*`)
  })
}
