import { firstCharacters } from '#shared/text.ts'
import { stripLatinAccents } from './plain-letters.ts'

const MAX_SLUG_LENGTH = 200

/**
 * Makes the handle of a category: `Men's Shoes` becomes `mens-shoes`. Returns `''` for a text without letters and
 * digits.
 */
export function slug(text: string): string {
  const words = stripLatinAccents(text)
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
  return firstCharacters(words, MAX_SLUG_LENGTH).replace(/^-|-$/g, '')
}
