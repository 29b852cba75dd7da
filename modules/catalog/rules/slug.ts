import { firstCharacters } from '#shared/text.ts'
import { withoutLatinAccents } from './plain-letters.ts'

const MAX_SLUG_LENGTH = 200

/** Makes the part of an address that names a category: `Men's Shoes` becomes `mens-shoes`; `''` when nothing is left. */
export function slug(text: string): string {
  const words = withoutLatinAccents(text)
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
  return firstCharacters(words, MAX_SLUG_LENGTH).replace(/^-|-$/g, '')
}
