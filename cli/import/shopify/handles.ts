/** A handle that can be part of a URL: no white space, no capital letters, and no delimiters of URLs. */
const USABLE = /^[^\s\p{Cc}\p{Cs}\p{Lu}\p{Lt}/?#%\\]+$/u
/** A handle needs a letter, digit or symbol. Of punctuation alone, `.` and `..` would even change the path of a URL. */
const HAS_CONTENT = /[\p{L}\p{N}\p{S}]/u

/** In code points, as in the catalog. */
export const MAX_HANDLE_LENGTH = 255

/**
 * The handle under which a product is stored. A handle that can be part of a URL is not changed (`x_y`, `brand™-tee`,
 * `🎁`); others are converted: `Blue Shirt!` becomes `blue-shirt`. Null when the result has only punctuation, or is longer
 * than `MAX_HANDLE_LENGTH`.
 */
export function toHandle(text: string): string | null {
  const handle = USABLE.test(text) ? text : slug(text)
  return HAS_CONTENT.test(handle) && [...handle].length <= MAX_HANDLE_LENGTH ? handle : null
}

/** The key that all rows of a product share: Shopify ignores letter case in handles. */
export function handleKey(text: string): string {
  return text.toLowerCase()
}

function slug(text: string): string {
  return (
    text
      .normalize('NFD')
      // Only Latin accents are commonly dropped in URLs; in most other scripts they are part of the letter
      .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      // `\p{Lm}`: letters such as the long vowel mark of コーヒー
      .replace(/[^\p{Ll}\p{Lm}\p{Lo}\p{M}\p{N}_]+/gu, '-')
      .replace(/^-|-$/g, '')
  )
}
