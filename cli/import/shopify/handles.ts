const HANDLE = /^[\p{Ll}\p{Lo}\p{M}\p{N}]+(?:-+[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u

export const MAX_HANDLE_LENGTH = 255

/**
 * Makes a valid handle of what the file has: `Blue Shirt!` becomes `blue-shirt`, `Café` becomes `cafe`; letters
 * of other scripts stay. Returns null when nothing is left or it is longer than `MAX_HANDLE_LENGTH`.
 */
export function toHandle(text: string): string | null {
  const handle = HANDLE.test(text) ? text : slug(text)
  return handle === '' || handle.length > MAX_HANDLE_LENGTH ? null : handle
}

function slug(text: string): string {
  return (
    text
      .normalize('NFD')
      // Accents are part of the letter in most scripts; only Latin ones are commonly left out of addresses.
      .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{Ll}\p{Lo}\p{M}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
  )
}
