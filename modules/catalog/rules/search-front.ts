import { placeOfRank } from './sort-keys.ts'

/** Products that follow each other by number and share a mark. */
const BLOCK = 2048

/**
 * The part of the catalogue that a search shows first: the smallest ranks. A word that a tenth of all products have is
 * found there often enough for a page, and reading the ranks of all that have it takes most of a search's time.
 */
export interface SearchFront {
  /** All ranks of the front are below. */
  below: number
  /** The text search expression that the products of the front match, and no others. */
  expression: string
}

/**
 * A term that stands for the place of a rank. It begins with what no word begins with, and those of smaller ranks of one
 * title length come later: their numbers are larger.
 */
export function markOf(rank: number): string {
  const { length, number } = placeOfRank(rank)
  return mark(length, blockOf(number))
}

/** The front that has all whole blocks below a rank. */
export function frontBelow(rank: number): SearchFront {
  const { length, number } = placeOfRank(rank)
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

/** The digits' count comes first, so that marks sort as their blocks do. */
function mark(length: number, block: string): string {
  return `${lengthMark(length)}${block.length}${block}`
}

/** Beginnings of the marks of all blocks after this one, also of those to come. */
function marksAfter(length: number, block: string): string[] {
  const digits = `${block.length}${block}`
  return Array.from(digits).flatMap((digit, i) => {
    // The count of digits has no letters.
    const last = i === 0 ? 9 : 15
    const larger = Array.from({ length: last - Number.parseInt(digit, 16) }, (_, j) => last - j)
    return larger.map((each) => `'${lengthMark(length)}${digits.slice(0, i)}${each.toString(16)}':*`)
  })
}
