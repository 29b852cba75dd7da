/** What an address can carry as it is: no white space, no capital letters, and none of the characters that part addresses. */
const USABLE = /^[^\s\p{Cc}\p{Cs}\p{Lu}\p{Lt}/?#%\\]+$/u
/** Punctuation alone is no name; `.` and `..` even lead elsewhere. */
const NAMES_SOMETHING = /[\p{L}\p{N}\p{S}]/u

/** In characters, as the catalog counts them (code points). */
export const MAX_HANDLE_LENGTH = 255

/**
 * The handle under which a product is stored. One that an address can carry stays as it is (`x_y`, `brand™-tee`, `🎁`);
 * others are brought into shape: `Blue Shirt!` becomes `blue-shirt`. Returns null when nothing is left or it is longer
 * than `MAX_HANDLE_LENGTH`.
 */
export function toHandle(text: string): string | null {
  const handle = USABLE.test(text) ? text : slug(text)
  return NAMES_SOMETHING.test(handle) && [...handle].length <= MAX_HANDLE_LENGTH ? handle : null
}

/** By what rows of one product are known: Shopify makes no difference between capital and small letters. */
export function handleKey(text: string): string {
  return text.toLowerCase()
}

function slug(text: string): string {
  return (
    text
      .normalize('NFD')
      // Accents are part of the letter in most scripts; only Latin ones are commonly left out of addresses.
      .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{Ll}\p{Lo}\p{M}\p{N}_]+/gu, '-')
      .replace(/^-|-$/g, '')
  )
}
